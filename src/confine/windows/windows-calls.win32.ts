import koffi, { type KoffiFunc } from 'koffi';

/** A handle or an address as koffi gives it. */
type Word = bigint | number;

/**
 * The functions of Windows that the launcher calls (winbase.h, processthreadsapi.h, jobapi2.h, securitybaseapi.h,
 * aclapi.h, sddl.h, winuser.h). Handles and addresses are plain numbers to us: uintptr_t keeps koffi from wrapping
 * them. x64 only.
 */
export function loadWindowsCalls() {
  const kernel32 = koffi.load('kernel32.dll');
  const advapi32 = koffi.load('advapi32.dll');
  return { ...processCalls(kernel32), ...jobCalls(kernel32), ...tokenCalls(advapi32), ...aclCalls(advapi32) };
}

export type WindowsCalls = ReturnType<typeof loadWindowsCalls>;

type Library = ReturnType<typeof koffi.load>;

function processCalls(kernel32: Library) {
  const getLastError: KoffiFunc<() => number> = kernel32.func('uint32_t __stdcall GetLastError()');
  const closeHandle: KoffiFunc<(handle: bigint) => number> = kernel32.func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  );
  const localFree: KoffiFunc<(memory: bigint) => Word> = kernel32.func(
    'uintptr_t __stdcall LocalFree(uintptr_t memory)',
  );
  const getStdHandle: KoffiFunc<(which: number) => Word> = kernel32.func(
    'uintptr_t __stdcall GetStdHandle(int32_t which)',
  );
  const duplicateHandle: KoffiFunc<
    (
      fromProcess: bigint,
      handle: bigint,
      toProcess: bigint,
      copy: Buffer,
      access: number,
      inherit: number,
      options: number,
    ) => number
  > = kernel32.func(
    'int __stdcall DuplicateHandle(intptr_t fromProcess, uintptr_t handle, intptr_t toProcess, _Out_ uint8_t *copy, uint32_t access, int inherit, uint32_t options)',
  );
  const openProcess: KoffiFunc<(access: number, inherit: number, pid: number) => Word> = kernel32.func(
    'uintptr_t __stdcall OpenProcess(uint32_t access, int inherit, uint32_t pid)',
  );
  const initializeAttributes: KoffiFunc<
    (list: Buffer | null, count: number, flags: number, bytes: Buffer) => number
  > = kernel32.func(
    'int __stdcall InitializeProcThreadAttributeList(uint8_t *list, uint32_t count, uint32_t flags, _Inout_ uint8_t *bytes)',
  );
  const updateAttribute: KoffiFunc<
    (
      list: Buffer,
      flags: number,
      attribute: bigint,
      value: bigint,
      bytes: bigint,
      previous: null,
      returned: null,
    ) => number
  > = kernel32.func(
    'int __stdcall UpdateProcThreadAttribute(uint8_t *list, uint32_t flags, uintptr_t attribute, uintptr_t value, uintptr_t bytes, void *previous, void *returned)',
  );
  const deleteAttributes: KoffiFunc<(list: Buffer) => void> = kernel32.func(
    'void __stdcall DeleteProcThreadAttributeList(uint8_t *list)',
  );
  const resumeThread: KoffiFunc<(thread: bigint) => number> = kernel32.func(
    'uint32_t __stdcall ResumeThread(uintptr_t thread)',
  );
  const waitForObjects: KoffiFunc<
    (count: number, handles: Buffer, all: number, milliseconds: number) => number
  > = kernel32.func(
    'uint32_t __stdcall WaitForMultipleObjects(uint32_t count, uint8_t *handles, int all, uint32_t milliseconds)',
  );
  const getExitCode: KoffiFunc<(process: bigint, code: Buffer) => number> = kernel32.func(
    'int __stdcall GetExitCodeProcess(uintptr_t process, _Out_ uint8_t *code)',
  );
  const getMitigation: KoffiFunc<(process: bigint, policy: number, value: Buffer, bytes: number) => number> =
    kernel32.func(
      'int __stdcall GetProcessMitigationPolicy(uintptr_t process, int32_t policy, _Out_ uint8_t *value, uintptr_t bytes)',
    );
  const terminateProcess: KoffiFunc<(process: bigint, code: number) => number> = kernel32.func(
    'int __stdcall TerminateProcess(uintptr_t process, uint32_t code)',
  );
  return {
    getLastError,
    closeHandle,
    localFree,
    getStdHandle: (which: number) => BigInt(getStdHandle(which)),
    duplicateHandle,
    openProcess: (access: number, pid: number) => BigInt(openProcess(access, 0, pid)),
    initializeAttributes,
    updateAttribute,
    deleteAttributes,
    resumeThread,
    waitForObjects,
    getExitCode,
    getMitigation,
    terminateProcess,
  };
}

function jobCalls(kernel32: Library) {
  const createJob: KoffiFunc<(attributes: null, name: null) => Word> = kernel32.func(
    'uintptr_t __stdcall CreateJobObjectW(void *attributes, str16 name)',
  );
  const setJobInformation: KoffiFunc<(job: bigint, kind: number, value: Buffer, bytes: number) => number> =
    kernel32.func(
      'int __stdcall SetInformationJobObject(uintptr_t job, int32_t kind, uint8_t *value, uint32_t bytes)',
    );
  const assignToJob: KoffiFunc<(job: bigint, process: bigint) => number> = kernel32.func(
    'int __stdcall AssignProcessToJobObject(uintptr_t job, uintptr_t process)',
  );
  const getJobInformation: KoffiFunc<
    (job: bigint, kind: number, value: Buffer, bytes: number, returned: null) => number
  > = kernel32.func(
    'int __stdcall QueryInformationJobObject(uintptr_t job, int32_t kind, _Out_ uint8_t *value, uint32_t bytes, void *returned)',
  );
  const isInJob: KoffiFunc<(process: bigint, job: bigint, result: Buffer) => number> = kernel32.func(
    'int __stdcall IsProcessInJob(uintptr_t process, uintptr_t job, _Out_ uint8_t *result)',
  );
  const terminateJob: KoffiFunc<(job: bigint, code: number) => number> = kernel32.func(
    'int __stdcall TerminateJobObject(uintptr_t job, uint32_t code)',
  );
  return {
    createJob: () => BigInt(createJob(null, null)),
    setJobInformation,
    getJobInformation,
    isInJob,
    assignToJob,
    terminateJob,
  };
}

function tokenCalls(advapi32: Library) {
  const openProcessToken: KoffiFunc<(process: bigint, access: number, token: Buffer) => number> =
    advapi32.func('int __stdcall OpenProcessToken(intptr_t process, uint32_t access, _Out_ uint8_t *token)');
  const getTokenInformation: KoffiFunc<
    (token: bigint, kind: number, value: Buffer | null, bytes: number, needed: Buffer) => number
  > = advapi32.func(
    'int __stdcall GetTokenInformation(uintptr_t token, int32_t kind, _Out_ uint8_t *value, uint32_t bytes, _Out_ uint8_t *needed)',
  );
  const setTokenInformation: KoffiFunc<
    (token: bigint, kind: number, value: Buffer, bytes: number) => number
  > = advapi32.func(
    'int __stdcall SetTokenInformation(uintptr_t token, int32_t kind, uint8_t *value, uint32_t bytes)',
  );
  const createRestrictedToken: KoffiFunc<
    (
      token: bigint,
      flags: number,
      disableCount: number,
      disable: Buffer,
      privilegeCount: number,
      privileges: null,
      restrictCount: number,
      restrict: Buffer,
      created: Buffer,
    ) => number
  > = advapi32.func(
    'int __stdcall CreateRestrictedToken(uintptr_t token, uint32_t flags, uint32_t disableCount, uint8_t *disable, uint32_t privilegeCount, void *privileges, uint32_t restrictCount, uint8_t *restrictTo, _Out_ uint8_t *created)',
  );
  const createProcessAsUser: KoffiFunc<
    (
      token: bigint,
      application: string,
      commandLine: Buffer,
      processAttributes: Buffer,
      threadAttributes: Buffer,
      inherit: number,
      flags: number,
      environment: Buffer,
      folder: string,
      startup: Buffer,
      information: Buffer,
    ) => number
  > = advapi32.func(
    'int __stdcall CreateProcessAsUserW(uintptr_t token, str16 application, uint8_t *commandLine, uint8_t *processAttributes, uint8_t *threadAttributes, int inherit, uint32_t flags, uint8_t *environment, str16 folder, uint8_t *startup, _Out_ uint8_t *information)',
  );
  return {
    openProcessToken,
    getTokenInformation,
    setTokenInformation,
    createRestrictedToken,
    createProcessAsUser,
  };
}

function aclCalls(advapi32: Library) {
  const descriptorFromText: KoffiFunc<
    (text: string, revision: number, descriptor: Buffer, bytes: null) => number
  > = advapi32.func(
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32_t revision, _Out_ uint8_t *descriptor, void *bytes)',
  );
  const textFromDescriptor: KoffiFunc<
    (descriptor: bigint, revision: number, parts: number, text: Buffer, length: null) => number
  > = advapi32.func(
    'int __stdcall ConvertSecurityDescriptorToStringSecurityDescriptorW(uintptr_t descriptor, uint32_t revision, uint32_t parts, _Out_ uint8_t *text, void *length)',
  );
  const descriptorDacl: KoffiFunc<
    (descriptor: bigint, present: Buffer, dacl: Buffer, defaulted: Buffer) => number
  > = advapi32.func(
    'int __stdcall GetSecurityDescriptorDacl(uintptr_t descriptor, _Out_ uint8_t *present, _Out_ uint8_t *dacl, _Out_ uint8_t *defaulted)',
  );
  const getNamedSecurity: KoffiFunc<
    (
      name: string,
      type: number,
      parts: number,
      owner: null,
      group: null,
      dacl: Buffer,
      sacl: null,
      descriptor: Buffer,
    ) => number
  > = advapi32.func(
    'uint32_t __stdcall GetNamedSecurityInfoW(str16 name, int32_t type, uint32_t parts, void *owner, void *group, _Out_ uint8_t *dacl, void *sacl, _Out_ uint8_t *descriptor)',
  );
  const setNamedSecurity: KoffiFunc<
    (
      name: string,
      type: number,
      parts: number,
      owner: null,
      group: null,
      dacl: bigint,
      sacl: bigint,
    ) => number
  > = advapi32.func(
    'uint32_t __stdcall SetNamedSecurityInfoW(str16 name, int32_t type, uint32_t parts, void *owner, void *group, uintptr_t dacl, uintptr_t sacl)',
  );
  const setEntriesInAcl: KoffiFunc<(count: number, entries: Buffer, old: bigint, made: Buffer) => number> =
    advapi32.func(
      'uint32_t __stdcall SetEntriesInAclW(uint32_t count, uint8_t *entries, uintptr_t old, _Out_ uint8_t *made)',
    );
  return {
    descriptorFromText,
    textFromDescriptor,
    descriptorDacl,
    getNamedSecurity,
    setNamedSecurity,
    setEntriesInAcl,
  };
}
