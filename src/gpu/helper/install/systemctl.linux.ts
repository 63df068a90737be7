import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { InstallError } from './install-error.ts';

/** Says that this system was started by systemd (sd_booted(3)). */
const BOOTED_MARK = '/run/systemd/system';
const TIMEOUT_MS = 60_000;
/** Root runs nothing from where a user's PATH may lead. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin', LC_ALL: 'C.UTF-8' };

/** systemd's manager: the one that runs, or the files of a system that does not run, below a folder. */
export class Systemctl {
  readonly #root: string | undefined;

  constructor(root: string | undefined) {
    this.#root = root;
  }

  /** Units can be started and stopped. */
  get isLive(): boolean {
    return this.#root === undefined;
  }

  /** @throws InstallError when this system has no systemd. */
  requireSystemd(): void {
    if (this.isLive && !existsSync(BOOTED_MARK)) {
      throw new InstallError(
        'This system was not started by systemd, which the GPU helper needs. Without it Gata keeps its limits by pausing between runs.',
      );
    }
  }

  /** @throws InstallError with systemctl's own words. */
  run(...args: string[]): void {
    const where = this.#root === undefined ? [] : [`--root=${this.#root}`];
    const result = spawnSync('systemctl', [...where, '--quiet', ...args], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: TIMEOUT_MS,
    });
    if (result.status === 0) return;
    const detail = result.error?.message ?? result.stderr.trim();
    throw new InstallError(`systemctl ${args.join(' ')} failed: ${detail || `exit code ${result.status}`}`);
  }

  isActive(unit: string): boolean {
    return (
      this.isLive && spawnSync('systemctl', ['--quiet', 'is-active', unit], { env: ENVIRONMENT }).status === 0
    );
  }
}
