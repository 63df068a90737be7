import type { ErrorCode } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';

/**
 * What a worker said of a run, for the buyer. Its words may quote the buyer's input, so that they are passed on to
 * the gateway and kept nowhere here.
 */
export class ReportedError extends GataError {
  constructor(code: ErrorCode, message: string, param: string | null) {
    super(code, message, param === null ? {} : { param });
  }
}
