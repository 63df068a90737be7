/** Where the machine's power comes from, as far as the system tells. */
export interface PowerSource extends Disposable {
  /** null: there is no battery to run on, or the system does not tell. */
  onBattery(): boolean | null;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** One look at the power; null as in `PowerSource`. */
export type ReadPower = () => Promise<boolean | null>;
