import type { AttackCode } from '../../support/attacker/attack-tools.ts';
import type { Lab } from '../../support/attacker/lab.ts';

/** One way in which a model that has taken over its worker would try to get out. */
export interface Attempt {
  readonly id: string;
  /** In words, to follow "A model could". */
  readonly what: string;
  readonly attack: AttackCode;
  /** The attack's third argument. */
  readonly given?: string;
  /**
   * Looks outside whether it got through. Without it, an attack that does not throw did.
   * @param value what the attack returned; empty when it threw.
   */
  readonly proof?: (lab: Lab, value: string) => boolean | Promise<boolean>;
  /** It leaves its process unfit for other attempts. */
  readonly spoils?: 'on success' | 'always';
  /** It takes memory that the kernel charges to no process: what is kept free for the machine must end it. */
  readonly takesMachineMemory?: boolean;
  /** Why it is not made where nothing confines it. */
  readonly notUnconfined?: string;
}

/** What the attack returned holds the secret. */
export function tellsSecret(lab: Lab, value: string): boolean {
  return value.includes(lab.secret);
}
