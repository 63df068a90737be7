import { InstallError } from '../../src/gpu/helper/install/install-error.ts';
import type { ServiceApi, ServiceState } from '../../src/gpu/helper/windows/service-api.ts';

/** Windows' service control manager with room for one service. */
export class FakeServices implements ServiceApi {
  commandLine: string | undefined;
  current: ServiceState = 'missing';
  /** What the next `start` finds: the service does not come up. */
  isBroken = false;
  readonly calls: string[] = [];

  async runService(): Promise<void> {
    throw new Error('Not started as a service.');
  }

  install(service: { name: string; commandLine: string }): void {
    this.calls.push('install');
    this.commandLine = service.commandLine;
    if (this.current === 'missing') this.current = 'stopped';
  }

  start(): void {
    this.calls.push('start');
    if (this.isBroken) {
      this.isBroken = false;
      throw new InstallError('Windows refused StartService (error 1053).');
    }
    this.current = 'running';
  }

  stop(): void {
    this.calls.push('stop');
    if (this.current === 'running') this.current = 'stopped';
  }

  remove(): void {
    this.calls.push('remove');
    this.current = 'missing';
  }

  state(): ServiceState {
    return this.current;
  }
}
