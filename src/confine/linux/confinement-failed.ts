import type { ConfinementStep } from '../../shared/confinement.ts';

/** A step of the sandbox could not be taken: the program is not started. */
export class ConfinementFailed extends Error {
  readonly step: ConfinementStep;

  constructor(step: ConfinementStep, message: string, options?: ErrorOptions) {
    super(message, options);
    this.step = step;
  }
}
