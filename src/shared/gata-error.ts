import { ERROR_STATUS, type ErrorBody, type ErrorCode } from './error-codes.ts';

/** An expected failure: a code to search for, and a sentence that says what to do. */
export class GataError extends Error {
  readonly code: ErrorCode;
  /** The request field at fault, where there is one. */
  readonly param: string | null;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; param?: string } = {}) {
    super(message, { cause: options.cause });
    this.name = 'GataError';
    this.code = code;
    this.param = options.param ?? null;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  toBody(): ErrorBody {
    const type = this.status < 500 ? 'invalid_request_error' : 'server_error';
    return { error: { message: this.message, type, code: this.code, param: this.param } };
  }

  /** Wraps whatever was thrown; an unexpected error keeps its details out of the message. */
  static from(thrown: unknown): GataError {
    if (thrown instanceof GataError) return thrown;
    return new GataError('internal-error', 'Something went wrong inside Gata. The log has the details.', {
      cause: thrown,
    });
  }
}
