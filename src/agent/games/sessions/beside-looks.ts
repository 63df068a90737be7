import type { TrackedProcess } from './tracked-process.ts';

/** A program that is gone so soon is no game: its folder is not looked at. */
const DELAY_MS = 250;

export interface BesideLooksOptions {
  readonly besideOf: (path: string) => Promise<readonly string[]>;
  /** Whether the process still runs. */
  readonly isAlive: (process: TrackedProcess) => boolean;
  readonly onFound: (process: TrackedProcess, beside: readonly string[]) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Looks, one after the other, at the folders of programs that have been running for a moment. */
export class BesideLooks implements Disposable {
  readonly #options: BesideLooksOptions;
  /** Programs to look at, by process; the one that waits longest first. */
  readonly #wanted = new Map<TrackedProcess, { readonly program: string; readonly dueMs: number }>();
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: BesideLooksOptions) {
    this.#options = options;
  }

  /** @param now Without waiting to see whether the process lives on. */
  want(process: TrackedProcess, { now = false } = {}): void {
    const [program] = process.programs;
    if (this.#disposed || program === undefined || !isAbsolute(program)) return;
    if (!now && isSystemProgram(program)) return;
    this.#wanted.set(process, { program, dueMs: performance.now() + (now ? 0 : DELAY_MS) });
    this.#timer ??= this.#later(now ? 0 : DELAY_MS);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#wanted.clear();
  }

  #later(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#look().catch(this.#options.onFailed);
    }, delayMs);
  }

  async #look(): Promise<void> {
    const { besideOf, isAlive, onFound, onFailed } = this.#options;
    for (const [process, { program, dueMs }] of this.#wanted) {
      if (dueMs > performance.now()) continue;
      this.#wanted.delete(process);
      const isStill = () => !this.#disposed && isAlive(process) && process.programs[0] === program;
      if (!isStill()) continue;
      try {
        const beside = await besideOf(program);
        if (isStill()) onFound(process, beside);
      } catch (error) {
        onFailed(error);
      }
    }
    this.#timer = this.#disposed || this.#wanted.size === 0 ? undefined : this.#later(DELAY_MS);
  }
}

function isAbsolute(path: string): boolean {
  return process.platform === 'win32' ? /^[a-z]:\//i.test(path) : path.startsWith('/');
}

/** Systems keep programs of every kind together there: what lies beside one tells nothing about it. */
function isSystemProgram(path: string): boolean {
  return /^\/(usr\/(local\/)?)?s?bin\/|^[a-z]:\/windows\//i.test(path);
}
