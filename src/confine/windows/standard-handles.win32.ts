import { ConfinementError } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const CURRENT_PROCESS = -1n;
/** STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE. */
const WHICH = [-10, -11, -12];

/** Copies of this process's input, output and error output that a child may inherit. */
export class StandardHandles implements Disposable {
  readonly #calls: WindowsCalls;
  readonly #copies: readonly bigint[];

  /** @throws ConfinementError */
  constructor(calls: WindowsCalls) {
    this.#calls = calls;
    this.#copies = WHICH.map((which) => {
      const copy = Buffer.alloc(8);
      const handle = calls.getStdHandle(which);
      if (
        calls.duplicateHandle(
          CURRENT_PROCESS,
          handle,
          CURRENT_PROCESS,
          copy,
          0,
          1,
          CONSTANTS.DUPLICATE_SAME_ACCESS,
        ) === 0
      ) {
        throw new ConfinementError('a copy of a standard handle', calls.getLastError());
      }
      return copy.readBigUInt64LE();
    });
  }

  /** Input, output, error output. */
  get all(): readonly bigint[] {
    return this.#copies;
  }

  [Symbol.dispose](): void {
    for (const copy of this.#copies) this.#calls.closeHandle(copy);
  }
}
