/** What the service control manager says of a service. */
export type ServiceState = 'missing' | 'stopped' | 'starting' | 'stopping' | 'running';

/** The calls on the service control manager that the helper and its installer make. */
export interface ServiceApi {
  /**
   * Runs this process as a service.
   * @param main called when the service is to run; it runs until `stop` is aborted or it returns. Its result is the
   * service's exit code: anything but 0 has Windows restart it.
   * @returns When the manager has let go of this process.
   * @throws Error when this process was not started by the manager.
   */
  runService(name: string, main: (stop: AbortSignal) => Promise<number>): Promise<void>;
  /**
   * Creates or changes a service that starts with Windows, runs as the system, and is restarted at once whenever it
   * fails. @throws InstallError when this process may not.
   */
  install(service: { name: string; displayName: string; description: string; commandLine: string }): void;
  /** @throws InstallError */
  start(name: string): void;
  /** Asks it to stop; `state` tells when it has. Fine when it does not run. @throws InstallError */
  stop(name: string): void;
  /** Fine when it is not there. @throws InstallError */
  remove(name: string): void;
  state(name: string): ServiceState;
}
