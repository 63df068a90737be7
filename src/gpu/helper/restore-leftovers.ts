import { existsSync } from 'node:fs';
import { LimitError } from '../limits/limit-error.ts';
import type { HelperLimits } from './helper-limits.ts';

/**
 * Puts back what a helper left that could not do so itself.
 * @returns Whether all limits are as they were. Without a driver they are: it took them along.
 */
export function restoreLeftovers(
  limits: HelperLimits,
  journal: string,
  log: (line: string) => void,
): boolean {
  // Nothing is changed: no need to wake the card.
  if (!existsSync(journal)) return true;
  try {
    const { restored, problem } = limits.restore();
    for (const uuid of restored) log(`${uuid}: its limits are put back`);
    if (problem !== null) log(problem);
    return problem === null;
  } catch (error) {
    const { code, message } = LimitError.from(error);
    log(message);
    return code === 'driver-unavailable';
  }
}
