import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, win32 } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HELPER_WINDOWS_FOLDER } from '../../../shared/gpu-helper-protocol.ts';
import { HELPER_VERSION } from '../helper-version.ts';
import type { ServiceApi } from '../windows/service-api.ts';
import { SERVICE_NAME } from '../windows/service-name.ts';
import { copyHelper } from './copy-helper.ts';
import type { HelperFile } from './helper-files.ts';
import type { HelperInstaller, HelperStatus } from './helper-installer.ts';
import { InstallError } from './install-error.ts';

const STATE_NAME = 'state';
const CHANGE_TIMEOUT_MS = 30_000;
const POLL_MS = 100;
const PROGRAM_TIMEOUT_MS = 60_000;

export interface WindowsInstallerOptions {
  readonly services: ServiceApi;
  /** Where only administrators may write, and everything inherits that. */
  readonly programFiles: string;
  readonly files: () => readonly HelperFile[];
  /** The user who may ask. */
  readonly sid: string;
  readonly log: (line: string) => void;
}

/** The helper as a Windows service that starts with Windows. */
export class WindowsInstaller implements HelperInstaller {
  readonly #options: WindowsInstallerOptions;
  readonly #folder: string;
  readonly #journal: string;

  constructor(options: WindowsInstallerOptions) {
    this.#options = options;
    this.#folder = join(options.programFiles, HELPER_WINDOWS_FOLDER);
    this.#journal = join(this.#folder, STATE_NAME, 'limits.json');
  }

  async install(): Promise<void> {
    const { services, programFiles, files, log } = this.#options;
    const fresh = this.#makeFolder(programFiles);
    const aside = `${fresh}-replaced`;
    try {
      copyHelper(files(), fresh, HELPER_VERSION);
      mkdirSync(join(fresh, STATE_NAME));
      this.#run(fresh, ['--self-test']);
      await this.#stop();
      this.#restore();
      if (existsSync(this.#folder)) renameSync(this.#folder, aside);
      try {
        renameSync(fresh, this.#folder);
        services.install({
          name: SERVICE_NAME,
          displayName: 'Gata GPU helper',
          description: 'Holds power limits of NVIDIA graphics cards for Gata, and puts them back.',
          commandLine: this.#commandLine(),
        });
        services.start(SERVICE_NAME);
        await this.#until('running');
      } catch (error) {
        await this.#undo(aside);
        throw error;
      }
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    rmSync(aside, { recursive: true, force: true });
    log(`The GPU helper ${HELPER_VERSION} is installed in ${this.#folder}.`);
  }

  async remove(): Promise<void> {
    const { services, log } = this.#options;
    await this.#stop();
    this.#restore();
    services.remove(SERVICE_NAME);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: POLL_MS });
    log('The GPU helper is removed; limits are as they were.');
  }

  async status(): Promise<HelperStatus> {
    const description = join(this.#folder, 'package.json');
    if (!existsSync(description)) return { version: null, isReady: false, problems: [] };
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(description, 'utf8')));
    const state = this.#options.services.state(SERVICE_NAME);
    const isReady = state === 'running';
    return { version, isReady, problems: isReady ? [] : [`The service ${SERVICE_NAME} is ${state}.`] };
  }

  /** A folder in `Program Files` gets its rights from there: administrators only. */
  #makeFolder(programFiles: string): string {
    try {
      return mkdtempSync(join(programFiles, `${HELPER_WINDOWS_FOLDER}-`));
    } catch (error) {
      throw new InstallError(`Only an administrator can do this: ${programFiles} cannot be written to.`, {
        cause: error,
      });
    }
  }

  /** Quoted: an unquoted path with a space could start `C:\\Program.exe`. */
  #commandLine(): string {
    const inFolder = (...names: string[]) => `"${win32.join(this.#folder, ...names)}"`;
    const flags = ['--service', '--idle-seconds', '0', '--allow-sid', this.#options.sid];
    return [
      inFolder('node.exe'),
      '--jitless',
      inFolder('helper.js'),
      '--journal',
      inFolder(STATE_NAME, 'limits.json'),
      ...flags,
    ].join(' ');
  }

  async #stop(): Promise<void> {
    const { services } = this.#options;
    if (services.state(SERVICE_NAME) === 'missing') return;
    services.stop(SERVICE_NAME);
    await this.#until('stopped');
  }

  async #until(wanted: 'running' | 'stopped'): Promise<void> {
    const { services } = this.#options;
    for (let waitedMs = 0; services.state(SERVICE_NAME) !== wanted; waitedMs += POLL_MS) {
      if (waitedMs >= CHANGE_TIMEOUT_MS) {
        const state = services.state(SERVICE_NAME);
        throw new InstallError(
          `The service ${SERVICE_NAME} is still ${state}. Restart the computer and try again.`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  /** The service did so when it stopped; this is for one that could not. */
  #restore(): void {
    if (existsSync(this.#journal)) this.#run(this.#folder, ['--journal', this.#journal, '--restore']);
  }

  #run(folder: string, args: readonly string[]): void {
    const { status, stderr, error } = spawnSync(
      join(folder, 'node.exe'),
      ['--jitless', join(folder, 'helper.js'), ...args],
      { encoding: 'utf8', timeout: PROGRAM_TIMEOUT_MS, windowsHide: true },
    );
    if (status === 0) return;
    throw new InstallError(`The helper failed with ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  }

  /** Back to what was there before. */
  async #undo(aside: string): Promise<void> {
    const { services } = this.#options;
    await this.#stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: POLL_MS });
    if (!existsSync(aside)) {
      services.remove(SERVICE_NAME);
      return;
    }
    renameSync(aside, this.#folder);
    services.start(SERVICE_NAME);
  }
}
