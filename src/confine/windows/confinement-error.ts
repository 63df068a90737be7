/** Windows refused what no worker is started without. */
export class ConfinementError extends Error {
  override readonly name: string = 'ConfinementError';

  /** @param error the number that Windows gave (winerror.h), where one did. */
  constructor(what: string, error?: number) {
    super(`Windows refused ${what}${error === undefined ? '' : ` (error ${error}).`}`);
  }
}

/** The worker itself could not be started as told; with fewer layers it may be. */
export class WorkerNotStarted extends ConfinementError {
  override readonly name = 'WorkerNotStarted';
}
