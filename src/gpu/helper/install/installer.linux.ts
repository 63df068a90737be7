import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { HELPER_VERSION } from '../helper-version.ts';
import { copyHelper } from './copy-helper.ts';
import type { HelperFile } from './helper-files.ts';
import type { HelperInstaller, HelperStatus } from './helper-installer.ts';
import { InstallError } from './install-error.ts';
import { requireRootOwnedPath, requireRootOwnedTree } from './root-owned.linux.ts';
import { Systemctl } from './systemctl.linux.ts';
import { SERVICE_UNIT, SOCKET_UNIT, serviceUnit, socketUnit } from './systemd-units.ts';

/** Root's own: code that root runs must lie where nobody else can change it. */
const HELPER_FOLDER = '/usr/local/lib/gata-gpu-helper';
const UNIT_FOLDER = '/etc/systemd/system';
const STATE_FOLDER = '/var/lib/gata-gpu-helper';
const SELF_TEST_TIMEOUT_MS = 20_000;
const RESTORE_TIMEOUT_MS = 20_000;

export interface LinuxInstallerOptions {
  readonly files: () => readonly HelperFile[];
  readonly uid: number;
  readonly gid: number;
  /** Another system's root folder, such as an image that is being made; nothing is started there then. */
  readonly root: string | undefined;
  readonly log: (line: string) => void;
}

/** The helper as a socket-activated systemd service. */
export class LinuxInstaller implements HelperInstaller {
  readonly #options: LinuxInstallerOptions;
  readonly #systemctl: Systemctl;
  readonly #folder: string;
  readonly #units: readonly { path: string; text: () => string }[];

  constructor(options: LinuxInstallerOptions) {
    this.#options = options;
    this.#systemctl = new Systemctl(options.root);
    this.#folder = this.#at(HELPER_FOLDER);
    const { uid, gid } = options;
    this.#units = [
      { path: this.#at(`${UNIT_FOLDER}/${SOCKET_UNIT}`), text: () => socketUnit({ gid }) },
      {
        path: this.#at(`${UNIT_FOLDER}/${SERVICE_UNIT}`),
        text: () => serviceUnit({ uid, folder: HELPER_FOLDER }),
      },
    ];
  }

  async install(): Promise<void> {
    requireRoot();
    this.#systemctl.requireSystemd();
    const parent = dirname(this.#folder);
    const fresh = this.#stage(parent);
    const replaced = this.#units.map(({ path }) => ({ path, text: readIfThere(path) }));
    const aside = `${fresh}-replaced`;
    try {
      this.#stop();
      if (existsSync(this.#folder)) renameSync(this.#folder, aside);
      renameSync(fresh, this.#folder);
      for (const { path, text } of this.#units) writeUnit(path, text());
      this.#start();
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      this.#tryToUndo(aside, replaced);
      throw error;
    }
    rmSync(aside, { recursive: true, force: true });
    this.#options.log(`The GPU helper ${HELPER_VERSION} is installed in ${this.#folder}.`);
  }

  async remove(): Promise<void> {
    requireRoot();
    if (this.#units.some(({ path }) => existsSync(path))) this.#systemctl.requireSystemd();
    // Without the socket nobody starts it any more; ending it puts back what is held.
    this.#stop();
    this.#restore();
    this.#takeOff();
    rmSync(this.#at(STATE_FOLDER), { recursive: true, force: true });
    this.#options.log('The GPU helper is removed; limits are as they were.');
  }

  async status(): Promise<HelperStatus> {
    const text = readIfThere(join(this.#folder, 'package.json'));
    if (text === null) return { version: null, isReady: false, problems: [] };
    const problems: string[] = [];
    try {
      if (this.#systemctl.isLive) requireRootOwnedPath(this.#folder);
      requireRootOwnedTree(this.#folder);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    for (const { path } of this.#units) if (!existsSync(path)) problems.push(`${path} is missing.`);
    const isReady = this.#systemctl.isActive(SOCKET_UNIT);
    if (this.#systemctl.isLive && !isReady)
      problems.push(`${SOCKET_UNIT} is not active: see systemctl status ${SOCKET_UNIT}.`);
    return { version: z.object({ version: z.string() }).parse(JSON.parse(text)).version, isReady, problems };
  }

  /** The whole new helper, beside the old one, tried and owned by root. */
  #stage(parent: string): string {
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    if (this.#systemctl.isLive) requireRootOwnedPath(parent);
    const fresh = mkdtempSync(join(parent, '.gata-gpu-helper-'));
    try {
      copyHelper(this.#options.files(), fresh, HELPER_VERSION);
      chmodSync(fresh, 0o755);
      requireRootOwnedTree(fresh);
      selfTest(fresh);
      return fresh;
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      throw error;
    }
  }

  #stop(): void {
    if (!this.#systemctl.isLive) return;
    for (const unit of [SOCKET_UNIT, SERVICE_UNIT]) {
      if (this.#units.some(({ path }) => path.endsWith(unit) && existsSync(path))) {
        this.#systemctl.run('stop', unit);
      }
    }
  }

  #start(): void {
    if (this.#systemctl.isLive) this.#systemctl.run('daemon-reload');
    this.#systemctl.run('enable', SOCKET_UNIT);
    if (this.#systemctl.isLive) this.#systemctl.run('restart', SOCKET_UNIT);
  }

  /** What failed first is what the user must know; that going back failed too is only logged. */
  #tryToUndo(aside: string, units: readonly { path: string; text: string | null }[]): void {
    try {
      this.#undo(aside, units);
    } catch (error) {
      this.#options.log(`What was there before could not be brought back: ${String(error)}`);
    }
  }

  /** Back to what was there before. */
  #undo(aside: string, units: readonly { path: string; text: string | null }[]): void {
    const isFirst = units.every(({ text }) => text === null);
    if (isFirst) this.#takeOff();
    if (existsSync(aside)) {
      rmSync(this.#folder, { recursive: true, force: true });
      renameSync(aside, this.#folder);
    }
    if (isFirst) return;
    for (const { path, text } of units) {
      if (text === null) rmSync(path, { force: true });
      else writeUnit(path, text);
    }
    this.#start();
  }

  #takeOff(): void {
    const isKnown = this.#units.some(({ path }) => existsSync(path));
    if (isKnown) this.#systemctl.run('disable', SOCKET_UNIT);
    for (const { path } of this.#units) rmSync(path, { force: true });
    if (isKnown && this.#systemctl.isLive) this.#systemctl.run('daemon-reload');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The service did so when it ended; this is for one that could not. */
  #restore(): void {
    const journal = join(this.#at(STATE_FOLDER), 'limits.json');
    if (!this.#systemctl.isLive || !existsSync(journal)) return;
    const { status, stderr, error } = spawnSync(
      join(this.#folder, 'node'),
      ['--jitless', join(this.#folder, 'helper.js'), '--journal', journal, '--restore'],
      { encoding: 'utf8', env: {}, timeout: RESTORE_TIMEOUT_MS },
    );
    if (status === 0) return;
    throw new InstallError(
      `Limits could not be put back, so the helper stays: ${error?.message ?? stderr.trim()} Try again; limits also end with a restart of the computer.`,
    );
  }

  #at(path: string): string {
    return this.#options.root === undefined ? path : join(this.#options.root, path);
  }
}

function requireRoot(): void {
  if (process.geteuid?.() !== 0) {
    throw new InstallError('Only root can do this: run it with pkexec or sudo.');
  }
}

/** The installed Node runs the installed helper, with koffi, as the unit will. */
function selfTest(folder: string): void {
  const { status, stderr, error } = spawnSync(
    join(folder, 'node'),
    ['--jitless', join(folder, 'helper.js'), '--self-test'],
    { encoding: 'utf8', env: {}, timeout: SELF_TEST_TIMEOUT_MS },
  );
  if (status === 0) return;
  throw new InstallError(`The helper does not start on this system: ${error?.message ?? stderr.trim()}`);
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function writeUnit(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o644, flag: 'wx', flush: true });
  chmodSync(draft, 0o644);
  renameSync(draft, path);
}
