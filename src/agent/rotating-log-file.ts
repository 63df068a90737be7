import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { asWriteError } from './private-file.ts';

export interface RotatingLogFileOptions {
  /** Path of the file that is written; older ones are `<path>.1` (the newest of them), `<path>.2` and so on. */
  readonly path: string;
  readonly bytesLimit: number;
  /** Files kept, the written one included. */
  readonly filesLimit: number;
}

/**
 * A log file of bounded size, as a destination for pino. Lines are written at once, so that the last words of
 * a crash are on the disk.
 */
export class RotatingLogFile implements Disposable {
  readonly #options: RotatingLogFileOptions;
  #descriptor: number | undefined;
  #bytes = 0;
  #lostLines = 0;

  /** @throws GataError `data-folder-unusable` or `disk-full` when the file cannot be opened. */
  constructor(options: RotatingLogFileOptions) {
    this.#options = options;
    try {
      this.#open();
    } catch (error) {
      throw asWriteError(options.path, error);
    }
  }

  /** Never throws: a full disk must not stop the program. Lost lines are counted in the next one that fits. */
  write(line: string): void {
    try {
      if (this.#bytes >= this.#options.bytesLimit) this.#rotate();
      const lost =
        this.#lostLines === 0 ? '' : `${JSON.stringify({ msg: 'log lines lost', lines: this.#lostLines })}\n`;
      this.#append(lost + line);
      this.#lostLines = 0;
    } catch {
      this.#lostLines++;
    }
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(text: string): void {
    if (this.#descriptor === undefined) this.#open();
    if (this.#descriptor === undefined) return;
    this.#bytes += writeSync(this.#descriptor, text);
  }

  #open(): void {
    this.#descriptor = openSync(this.#options.path, 'a', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  #rotate(): void {
    const { path, filesLimit } = this.#options;
    this[Symbol.dispose]();
    rmSync(`${path}.${filesLimit - 1}`, { force: true });
    for (let age = filesLimit - 2; age >= 0; age--) {
      moveIfThere(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`);
    }
    this.#open();
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Not there yet, or open in another program on Windows: writing then goes on in the same file.
  }
}
