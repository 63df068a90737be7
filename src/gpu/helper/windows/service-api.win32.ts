import koffi, { type TypeObject } from 'koffi';
import { InstallError } from '../install/install-error.ts';
import type { ServiceApi, ServiceState } from './service-api.ts';
import { loadServiceCalls } from './service-calls.win32.ts';

// winsvc.h, winnt.h
const SC_MANAGER_CONNECT = 0x1;
const SC_MANAGER_CREATE_SERVICE = 0x2;
const SERVICE_ALL_ACCESS = 0xf01ff;
const SERVICE_QUERY_STATUS = 0x4;
const SERVICE_WIN32_OWN_PROCESS = 0x10;
const SERVICE_AUTO_START = 2;
const SERVICE_ERROR_NORMAL = 1;
const SERVICE_NO_CHANGE = 0xffff_ffff;
const SERVICE_ACCEPT_STOP_AND_SHUTDOWN = 0x1 + 0x4;
const SERVICE_CONTROL_STOP = 1;
const SERVICE_CONTROL_INTERROGATE = 4;
const SERVICE_CONTROL_SHUTDOWN = 5;
const SERVICE_CONFIG_DESCRIPTION = 1;
const SERVICE_CONFIG_FAILURE_ACTIONS = 2;
const SERVICE_CONFIG_FAILURE_ACTIONS_FLAG = 4;
const SC_ACTION_RESTART = 1;
const STATES: Readonly<Record<number, ServiceState>> = {
  1: 'stopped',
  2: 'starting',
  3: 'stopping',
  4: 'running',
};
const STOPPED = 1;
const STOP_PENDING = 3;
const RUNNING = 4;

// winerror.h
const NO_ERROR = 0;
const ERROR_ACCESS_DENIED = 5;
const ERROR_CALL_NOT_IMPLEMENTED = 120;
const ERROR_INVALID_LEVEL = 124;
const ERROR_SERVICE_ALREADY_RUNNING = 1056;
const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
const ERROR_SERVICE_NOT_ACTIVE = 1062;
const ERROR_SERVICE_SPECIFIC_ERROR = 1066;
const ERROR_SERVICE_MARKED_FOR_DELETE = 1072;

/** sizeof(SERVICE_STATUS). */
const STATUS_BYTES = 28;
/** When Windows forgets earlier failures; there is but one action, which it takes each time. */
const FAILURE_RESET_SECONDS = 1;
/** Almost at once, and yet no full load when it fails again and again. */
const RESTART_DELAY_MS = 500;
const STOP_WAIT_HINT_MS = 10_000;

/** The service control manager, by advapi32. x64 only. */
export class Win32ServiceApi implements ServiceApi {
  readonly #calls = loadServiceCalls();

  async runService(name: string, main: (stop: AbortSignal) => Promise<number>): Promise<void> {
    const calls = this.#calls;
    const stop = new AbortController();
    let status = 0n;
    const report = (state: number, exitCode = 0) => {
      const bytes = Buffer.alloc(STATUS_BYTES);
      const fields = [
        SERVICE_WIN32_OWN_PROCESS,
        state,
        state === RUNNING ? SERVICE_ACCEPT_STOP_AND_SHUTDOWN : 0,
        exitCode === 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR,
        exitCode,
        0,
        state === STOP_PENDING ? STOP_WAIT_HINT_MS : 0,
      ];
      for (const [index, field] of fields.entries()) bytes.writeUInt32LE(field, index * 4);
      calls.setStatus(status, bytes);
    };
    // Windows calls both on threads of its own; koffi queues them for this one.
    const control = koffi.register((code: number): number => {
      if (code === SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
      if (code !== SERVICE_CONTROL_STOP && code !== SERVICE_CONTROL_SHUTDOWN)
        return ERROR_CALL_NOT_IMPLEMENTED;
      report(STOP_PENDING);
      stop.abort();
      return NO_ERROR;
    }, koffi.pointer(calls.controlHandler));
    const serviceMain = koffi.register(() => {
      status = BigInt(calls.registerHandler(name, control, null));
      report(RUNNING);
      main(stop.signal).then(
        (exitCode) => report(STOPPED, exitCode),
        (error: unknown) => {
          console.error(error);
          report(STOPPED, 1);
        },
      );
    }, koffi.pointer(calls.serviceMain));
    const table = [
      { name, main: serviceMain },
      { name: null, main: null },
    ];
    const [result, error] = await new Promise<[number, number]>((resolve, reject) => {
      calls.dispatch.async(table, (failure: unknown, ok: number) => {
        if (failure === null || failure === undefined) resolve([ok, calls.getLastError()]);
        else reject(failure);
      });
    });
    if (result === 0) throw new Error(`Windows did not start this program as a service (error ${error}).`);
  }

  install(service: { name: string; displayName: string; description: string; commandLine: string }): void {
    using manager = this.#manager(SC_MANAGER_CONNECT + SC_MANAGER_CREATE_SERVICE);
    using existing = this.#open(manager.handle, service.name, SERVICE_ALL_ACCESS);
    if (existing !== undefined) {
      const isChanged = this.#calls.changeConfig(
        existing.handle,
        SERVICE_NO_CHANGE,
        SERVICE_AUTO_START,
        SERVICE_NO_CHANGE,
        service.commandLine,
        null,
        null,
        null,
        null,
        null,
        service.displayName,
      );
      if (isChanged === 0) throw this.#failure('ChangeServiceConfig');
      this.#configure(existing.handle, service.description);
      return;
    }
    const handle = BigInt(
      this.#calls.createService(
        manager.handle,
        service.name,
        service.displayName,
        SERVICE_ALL_ACCESS,
        SERVICE_WIN32_OWN_PROCESS,
        SERVICE_AUTO_START,
        SERVICE_ERROR_NORMAL,
        service.commandLine,
        null,
        null,
        null,
        null,
        null,
      ),
    );
    if (handle === 0n) throw this.#failure('CreateService');
    using created = this.#closing(handle);
    this.#configure(created.handle, service.description);
  }

  start(name: string): void {
    using manager = this.#manager(SC_MANAGER_CONNECT);
    using service = this.#openExisting(manager.handle, name);
    if (this.#calls.startService(service.handle, 0, null) !== 0) return;
    const error = this.#calls.getLastError();
    if (error !== ERROR_SERVICE_ALREADY_RUNNING) throw this.#failure('StartService', error);
  }

  stop(name: string): void {
    using manager = this.#manager(SC_MANAGER_CONNECT);
    using service = this.#open(manager.handle, name, SERVICE_ALL_ACCESS);
    if (service === undefined) return;
    if (this.#calls.controlService(service.handle, SERVICE_CONTROL_STOP, Buffer.alloc(STATUS_BYTES)) !== 0)
      return;
    const error = this.#calls.getLastError();
    if (error !== ERROR_SERVICE_NOT_ACTIVE) throw this.#failure('ControlService', error);
  }

  remove(name: string): void {
    using manager = this.#manager(SC_MANAGER_CONNECT);
    using service = this.#open(manager.handle, name, SERVICE_ALL_ACCESS);
    if (service === undefined) return;
    if (this.#calls.deleteService(service.handle) !== 0) return;
    const error = this.#calls.getLastError();
    if (error !== ERROR_SERVICE_MARKED_FOR_DELETE) throw this.#failure('DeleteService', error);
  }

  state(name: string): ServiceState {
    using manager = this.#manager(SC_MANAGER_CONNECT);
    using service = this.#open(manager.handle, name, SERVICE_QUERY_STATUS);
    if (service === undefined) return 'missing';
    const status = Buffer.alloc(STATUS_BYTES);
    if (this.#calls.queryStatus(service.handle, status) === 0) throw this.#failure('QueryServiceStatus');
    return STATES[status.readUInt32LE(4)] ?? 'stopped';
  }

  #configure(service: bigint, description: string): void {
    const change = (level: number, type: TypeObject, value: unknown) => {
      if (this.#calls.changeConfig2(service, level, koffi.as(value, koffi.pointer(type))) !== 0) return;
      const error = this.#calls.getLastError();
      // Wine's manager restarts no services; every Windows since 7 knows these levels.
      if (error !== ERROR_INVALID_LEVEL) throw this.#failure('ChangeServiceConfig2', error);
    };
    change(SERVICE_CONFIG_DESCRIPTION, this.#calls.descriptionType, { description });
    change(SERVICE_CONFIG_FAILURE_ACTIONS, this.#calls.failureActionsType, {
      resetSeconds: FAILURE_RESET_SECONDS,
      rebootMessage: null,
      command: null,
      count: 1,
      actions: [{ type: SC_ACTION_RESTART, delayMilliseconds: RESTART_DELAY_MS }],
    });
    // Also when it ends itself with an error, not only when it crashes.
    change(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, this.#calls.failureFlagType, { onOtherFailures: 1 });
  }

  #manager(access: number): { handle: bigint } & Disposable {
    const handle = BigInt(this.#calls.openManager(null, null, access));
    if (handle === 0n) throw this.#failure('OpenSCManager');
    return this.#closing(handle);
  }

  /** undefined when there is no such service. */
  #open(manager: bigint, name: string, access: number): ({ handle: bigint } & Disposable) | undefined {
    const handle = BigInt(this.#calls.openService(manager, name, access));
    if (handle !== 0n) return this.#closing(handle);
    const error = this.#calls.getLastError();
    if (error !== ERROR_SERVICE_DOES_NOT_EXIST) throw this.#failure('OpenService', error);
    return undefined;
  }

  #openExisting(manager: bigint, name: string): { handle: bigint } & Disposable {
    const service = this.#open(manager, name, SERVICE_ALL_ACCESS);
    if (service === undefined) throw this.#failure('OpenService', ERROR_SERVICE_DOES_NOT_EXIST);
    return service;
  }

  #closing(handle: bigint): { handle: bigint } & Disposable {
    return { handle, [Symbol.dispose]: () => this.#calls.closeHandle(handle) };
  }

  #failure(call: string, error = this.#calls.getLastError()): InstallError {
    return error === ERROR_ACCESS_DENIED
      ? new InstallError('Only an administrator can do this.')
      : new InstallError(`Windows refused ${call} (error ${error}).`);
  }
}
