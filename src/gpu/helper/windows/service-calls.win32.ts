import koffi, { type KoffiFunc } from 'koffi';

/** The functions and structures of advapi32's service control manager (winsvc.h); handles are plain numbers. */
export function loadServiceCalls() {
  const advapi32 = koffi.load('advapi32.dll');
  const kernel32 = koffi.load('kernel32.dll');
  const serviceMain = koffi.proto('void __stdcall GataServiceMain(uint32_t count, void *args)');
  const controlHandler = koffi.proto(
    'uint32_t __stdcall GataServiceHandler(uint32_t control, uint32_t event, void *data, void *context)',
  );
  const entry = koffi.struct({ name: 'str16', main: koffi.pointer(serviceMain) });
  const action = koffi.struct({ type: 'int', delayMilliseconds: 'uint32_t' });
  const descriptionType = koffi.struct({ description: 'str16' });
  const failureFlagType = koffi.struct({ onOtherFailures: 'int' });
  const failureActionsType = koffi.struct({
    resetSeconds: 'uint32_t',
    rebootMessage: 'str16',
    command: 'str16',
    count: 'uint32_t',
    actions: koffi.pointer(action),
  });
  const dispatch: KoffiFunc<(table: readonly object[]) => number> = advapi32.func(
    '__stdcall',
    'StartServiceCtrlDispatcherW',
    'int',
    [koffi.pointer(entry)],
  );
  const registerHandler: KoffiFunc<(name: string, handler: bigint, context: null) => bigint | number> =
    advapi32.func('__stdcall', 'RegisterServiceCtrlHandlerExW', 'uintptr_t', [
      'str16',
      koffi.pointer(controlHandler),
      'void *',
    ]);
  const setStatus: KoffiFunc<(handle: bigint, status: Buffer) => number> = advapi32.func(
    'int __stdcall SetServiceStatus(uintptr_t handle, uint8_t *status)',
  );
  const openManager: KoffiFunc<(machine: null, database: null, access: number) => bigint | number> =
    advapi32.func('uintptr_t __stdcall OpenSCManagerW(str16 machine, str16 database, uint32_t access)');
  const openService: KoffiFunc<(manager: bigint, name: string, access: number) => bigint | number> =
    advapi32.func('uintptr_t __stdcall OpenServiceW(uintptr_t manager, str16 name, uint32_t access)');
  const createService: KoffiFunc<
    (
      manager: bigint,
      name: string,
      displayName: string,
      access: number,
      type: number,
      start: number,
      errorControl: number,
      commandLine: string,
      group: null,
      tag: null,
      dependencies: null,
      account: null,
      password: null,
    ) => bigint | number
  > = advapi32.func(
    'uintptr_t __stdcall CreateServiceW(uintptr_t manager, str16 name, str16 displayName, uint32_t access, uint32_t type, uint32_t start, uint32_t errorControl, str16 commandLine, str16 group, void *tag, str16 dependencies, str16 account, str16 password)',
  );
  const changeConfig: KoffiFunc<
    (
      service: bigint,
      type: number,
      start: number,
      errorControl: number,
      commandLine: string,
      group: null,
      tag: null,
      dependencies: null,
      account: null,
      password: null,
      displayName: string,
    ) => number
  > = advapi32.func(
    'int __stdcall ChangeServiceConfigW(uintptr_t service, uint32_t type, uint32_t start, uint32_t errorControl, str16 commandLine, str16 group, void *tag, str16 dependencies, str16 account, str16 password, str16 displayName)',
  );
  const changeConfig2: KoffiFunc<(service: bigint, level: number, info: unknown) => number> = advapi32.func(
    'int __stdcall ChangeServiceConfig2W(uintptr_t service, uint32_t level, void *info)',
  );
  const startService: KoffiFunc<(service: bigint, count: number, args: null) => number> = advapi32.func(
    'int __stdcall StartServiceW(uintptr_t service, uint32_t count, void *args)',
  );
  const controlService: KoffiFunc<(service: bigint, control: number, status: Buffer) => number> =
    advapi32.func('int __stdcall ControlService(uintptr_t service, uint32_t control, _Out_ uint8_t *status)');
  const queryStatus: KoffiFunc<(service: bigint, status: Buffer) => number> = advapi32.func(
    'int __stdcall QueryServiceStatus(uintptr_t service, _Out_ uint8_t *status)',
  );
  const deleteService: KoffiFunc<(service: bigint) => number> = advapi32.func(
    'int __stdcall DeleteService(uintptr_t service)',
  );
  const closeHandle: KoffiFunc<(handle: bigint) => number> = advapi32.func(
    'int __stdcall CloseServiceHandle(uintptr_t handle)',
  );
  const getLastError: KoffiFunc<() => number> = kernel32.func('uint32_t __stdcall GetLastError()');
  return {
    serviceMain,
    controlHandler,
    descriptionType,
    failureFlagType,
    failureActionsType,
    dispatch,
    registerHandler,
    setStatus,
    openManager,
    openService,
    createService,
    changeConfig,
    changeConfig2,
    startService,
    controlService,
    queryStatus,
    deleteService,
    closeHandle,
    getLastError,
  };
}
