import type { WindowsConfinementReport, WindowsLayer } from '../../shared/windows-confinement.ts';

/** Puts the layers on that a Windows may refuse, and keeps what was refused and why. */
export class Layers {
  readonly #without: readonly WindowsLayer[];
  readonly #refused = new Map<WindowsLayer, string>();

  constructor(without: readonly WindowsLayer[]) {
    this.#without = without;
  }

  /** Whether to put this layer on; if not, that is noted. */
  wants(layer: WindowsLayer): boolean {
    const isWanted = !this.#without.includes(layer);
    if (!isWanted) this.refuse(layer, 'The worker does not start with it on this computer.');
    return isWanted;
  }

  /** @param put puts it on, and returns the number of Windows' error if it could not. */
  add(layer: WindowsLayer, put: () => number | undefined): void {
    if (!this.wants(layer)) return;
    const error = put();
    if (error !== undefined) this.refuse(layer, `Windows refused it (error ${error}).`);
  }

  refuse(layer: WindowsLayer, reason: string): void {
    this.#refused.set(layer, reason);
  }

  get refused(): WindowsConfinementReport['refused'] {
    return [...this.#refused].map(([layer, reason]) => ({ layer, reason }));
  }
}
