import type { WindowsConfinementReport, WindowsLayer } from '../../shared/windows-confinement.ts';
import { ConfinementError } from './confinement-error.ts';

/** Puts the layers on that a Windows may refuse, and keeps what was refused and why. */
export class Layers {
  readonly #required: readonly WindowsLayer[];
  readonly #without: readonly WindowsLayer[];
  readonly #refused = new Map<WindowsLayer, string>();

  /** @param required without these no worker is started. @param without these are left out. */
  constructor(required: readonly WindowsLayer[], without: readonly WindowsLayer[]) {
    this.#required = required;
    this.#without = without;
  }

  /** Whether to put this layer on; if not, that is noted. @throws ConfinementError when it is required. */
  wants(layer: WindowsLayer): boolean {
    const isWanted = !this.#without.includes(layer);
    if (!isWanted) this.refuse(layer, 'The worker does not start with it on this computer.');
    return isWanted;
  }

  /**
   * @param put puts it on, and returns the number of Windows' error if it could not
   * @throws ConfinementError when it is required
   */
  add(layer: WindowsLayer, put: () => number | undefined): void {
    if (!this.wants(layer)) return;
    const error = put();
    if (error !== undefined) this.refuse(layer, `Windows refused it (error ${error}).`);
  }

  /** @throws ConfinementError when the layer is required. */
  refuse(layer: WindowsLayer, reason: string): void {
    if (this.#required.includes(layer)) throw new ConfinementError(`the layer ${layer}: ${reason}`);
    this.#refused.set(layer, reason);
  }

  get refused(): WindowsConfinementReport['refused'] {
    return [...this.#refused].map(([layer, reason]) => ({ layer, reason }));
  }
}
