import type { ErrorCode } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { WorkerFaultKind } from '../../shared/worker-fault.ts';

/** A worker broke, by its own doing: where it held a model, the model is suspected. */
export class WorkerFaultError extends GataError {
  readonly kind: WorkerFaultKind;

  constructor(kind: WorkerFaultKind, code: ErrorCode, message: string) {
    super(code, message);
    this.kind = kind;
  }
}
