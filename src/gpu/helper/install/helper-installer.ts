/** What `install-helper.js status` prints, as JSON. */
export interface HelperStatus {
  /** null: not installed. */
  readonly version: string | null;
  /** It can be asked now, or will be started by being asked. */
  readonly isReady: boolean;
  /** In words; empty when all is well. */
  readonly problems: readonly string[];
}

/** Puts the helper on this system, and takes it off again. Everything but `status` needs root or administrator. */
export interface HelperInstaller {
  /** Installs, updates or repairs. @throws InstallError; what was installed before is there as it was. */
  install(): Promise<void>;
  /** Puts limits back, then takes off everything. Fine when nothing is there. @throws InstallError. */
  remove(): Promise<void>;
  status(): Promise<HelperStatus>;
}
