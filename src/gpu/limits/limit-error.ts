import type { HelperErrorCode } from '../../shared/gpu-helper-protocol.ts';

/** Why a limit could not be read, set, held or put back: a code, and a sentence that says what to do. */
export class LimitError extends Error {
  readonly code: HelperErrorCode;

  constructor(code: HelperErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LimitError';
    this.code = code;
  }

  /** Whatever was thrown, as a LimitError; an unexpected one keeps its own words. */
  static from(thrown: unknown): LimitError {
    if (thrown instanceof LimitError) return thrown;
    return new LimitError('failed', thrown instanceof Error ? thrown.message : String(thrown), {
      cause: thrown,
    });
  }
}
