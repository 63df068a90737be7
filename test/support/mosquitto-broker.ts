import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';

const PROGRAM = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find((file) => existsSync(file));

export const hasMosquitto = PROGRAM !== undefined;

/** Debian's mosquitto with the access list a gateway needs: a node reaches its own two topics only. */
export class MosquittoBroker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #port: number;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<MosquittoBroker> {
    if (PROGRAM === undefined) throw new Error('mosquitto is not installed: apt install mosquitto');
    const folder = mkdtempSync(path.join(tmpdir(), 'gata-mosquitto-'));
    const port = await freePort();
    const accessList = path.join(folder, 'acl');
    writeFileSync(
      accessList,
      [
        'user gateway',
        'topic read gata/v1/nodes/+/up',
        'topic write gata/v1/nodes/+/down',
        'pattern write gata/v1/nodes/%u/up',
        'pattern read gata/v1/nodes/%u/down',
        '',
      ].join('\n'),
    );
    const configuration = path.join(folder, 'mosquitto.conf');
    writeFileSync(
      configuration,
      [
        `listener ${port} 127.0.0.1`,
        'user root',
        'allow_anonymous true',
        `acl_file ${accessList}`,
        'use_username_as_clientid true',
        'set_tcp_nodelay true',
        '',
      ].join('\n'),
    );
    const child = spawn(PROGRAM, ['-c', configuration], { stdio: 'ignore' });
    const broker = new MosquittoBroker(child, folder, port);
    await broker.#ready();
    return broker;
  }

  /** For the gateway. */
  get url(): string {
    return `mqtt://gateway:any@127.0.0.1:${this.#port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`mosquitto ended with ${this.#child.exitCode}.`);
      const socket = net.connect(this.#port, '127.0.0.1');
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      socket.destroy();
      if (isOpen) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
