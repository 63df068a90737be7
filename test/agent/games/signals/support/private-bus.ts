import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const hasDBus = process.platform === 'linux' && existsSync('/usr/bin/dbus-daemon');

/** A real message bus of our own, which takes the places of both the session's and the system's. */
export class PrivateBus implements AsyncDisposable {
  readonly environment: NodeJS.ProcessEnv;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    // A blank in the path is escaped in an address.
    const address = `unix:path=${path.join(folder, 'the%20bus')}`;
    this.environment = { DBUS_SESSION_BUS_ADDRESS: address, DBUS_SYSTEM_BUS_ADDRESS: address };
  }

  static async start(): Promise<PrivateBus> {
    const bus = new PrivateBus(await mkdtemp(path.join(tmpdir(), 'bus-')));
    await bus.restart();
    return bus;
  }

  async restart(): Promise<void> {
    await this.stop();
    const configuration = path.join(this.#folder, 'bus.conf');
    await writeFile(
      configuration,
      `<busconfig>
        <listen>${this.environment.DBUS_SESSION_BUS_ADDRESS}</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
          <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/>
        </policy>
      </busconfig>`,
    );
    const daemon = spawn(
      '/usr/bin/dbus-daemon',
      ['--nofork', '--print-address', `--config-file=${configuration}`],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    this.#process = daemon;
    await once(daemon.stdout, 'data');
  }

  async stop(): Promise<void> {
    const daemon = this.#process;
    this.#process = undefined;
    if (daemon === undefined) return;
    daemon.kill();
    if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
