import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { win32 } from 'node:path';
import { promisify } from 'node:util';
import { GataError } from '../../shared/gata-error.ts';
import { HELPER_WINDOWS_FOLDER } from '../../shared/gpu-helper-protocol.ts';
import type { GpusPage } from '../../shared/local-api.ts';
import { readBoundedLines } from '../sandbox/bounded-lines.ts';
import { type ElevatedCommand, elevate } from './elevated-command.ts';

const run = promisify(execFile);

type HelperView = GpusPage['helper'];

/** pkexec's exit codes: the user dismissed the question, or may not answer it. */
const PKEXEC_REFUSED = [126, 127];

export interface HelperControlOptions {
  /** `out/gpu/install-helper.js`, run by this Node. */
  readonly installerPath: string;
  readonly platform: NodeJS.Platform;
  /** Where the helper listens on Linux. */
  readonly socketPath: string;
  /** The helper came or went. */
  readonly changed: () => void;
}

/** Installs and removes the privileged helper on the user's behalf; the system asks for the user's permission. */
export class HelperControl extends EventEmitter<{ change: [] }> {
  readonly #options: HelperControlOptions;
  #busy: HelperView['busy'] = null;

  constructor(options: HelperControlOptions) {
    super();
    this.#options = options;
  }

  view(): HelperView {
    const { platform } = this.#options;
    if (platform !== 'linux' && platform !== 'win32') {
      return { state: 'unsupported', busy: null, detail: `There is no helper for ${platform}.` };
    }
    return this.#isInstalled()
      ? { state: 'installed', busy: this.#busy, detail: 'The helper sets limits on the card for Gata.' }
      : {
          state: 'not-installed',
          busy: this.#busy,
          detail: 'Without the helper, Gata keeps the limits by pausing between runs.',
        };
  }

  /** @throws GataError `gpu-helper-failed` with what to do. */
  install(): Promise<void> {
    return this.#run('installing', 'install');
  }

  /** @throws GataError `gpu-helper-failed` with what to do. */
  remove(): Promise<void> {
    return this.#run('removing', 'remove');
  }

  /** By what the installation leaves: on Windows a look at the pipe itself would open it. */
  #isInstalled(): boolean {
    const { platform, socketPath } = this.#options;
    if (platform !== 'win32') return existsSync(socketPath);
    const programs = process.env.ProgramFiles ?? 'C:\\Program Files';
    return existsSync(win32.join(programs, HELPER_WINDOWS_FOLDER, 'helper.js'));
  }

  async #run(busy: 'installing' | 'removing', verb: 'install' | 'remove'): Promise<void> {
    if (this.#busy !== null) {
      throw new GataError('conflict', 'The helper is being installed or removed already.');
    }
    this.#busy = busy;
    this.emit('change');
    try {
      await runElevated(await this.#command(verb));
      this.#options.changed();
    } finally {
      this.#busy = null;
      this.emit('change');
    }
  }

  async #command(verb: 'install' | 'remove'): Promise<ElevatedCommand> {
    const { installerPath, platform } = this.#options;
    const who = verb === 'install' ? await userFlags(platform) : [];
    return elevate([process.execPath, installerPath, verb, ...who], {
      platform,
      isRoot: process.geteuid?.() === 0,
    });
  }
}

/** Whom the helper shall serve: with elevated rights the installer might take somebody else for the user. */
async function userFlags(platform: NodeJS.Platform): Promise<string[]> {
  if (platform !== 'win32') {
    const { uid, gid } = userInfo();
    return ['--uid', String(uid), '--gid', String(gid)];
  }
  const { stdout } = await run('whoami.exe', ['/user', '/fo', 'csv', '/nh'], { windowsHide: true });
  const sid = /S-1-[\d-]+/.exec(stdout)?.[0];
  if (sid === undefined) {
    throw new GataError('gpu-helper-failed', 'Windows did not tell who you are (whoami /user).');
  }
  return ['--sid', sid];
}

async function runElevated({ file, args, byHand }: ElevatedCommand): Promise<void> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  const lines: string[] = [];
  readBoundedLines(child.stderr, 20, (line) => lines.push(line));
  let code: unknown;
  try {
    [code] = await once(child, 'close');
  } catch (error) {
    throw new GataError(
      'gpu-helper-failed',
      `The system's question for permission could not be started. Run this in a terminal: ${byHand}`,
      { cause: error },
    );
  }
  if (code === 0) return;
  const isRefused = file === 'pkexec' && typeof code === 'number' && PKEXEC_REFUSED.includes(code);
  throw new GataError(
    'gpu-helper-failed',
    isRefused
      ? `Permission was not given. Try again, or run this in a terminal: ${byHand}`
      : `The helper could not be changed (${lines.join(' ') || `exit code ${String(code)}`}). You can try it in a terminal: ${byHand}`,
  );
}
