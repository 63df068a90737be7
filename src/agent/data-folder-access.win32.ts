import koffi, { type KoffiFunc } from 'koffi';

/** winnt.h, accctrl.h, sddl.h. */
const TOKEN_QUERY = 0x0008;
const TOKEN_USER = 1;
const SDDL_REVISION_1 = 1;
const SE_FILE_OBJECT = 1;
const DACL_SECURITY_INFORMATION = 0x0000_0004;
const PROTECTED_DACL_SECURITY_INFORMATION = 0x8000_0000;
/** The handle that means this process. */
const THIS_PROCESS = 0xffff_ffff_ffff_ffffn;
/** TOKEN_USER: a pointer to the SID and its attributes, before the SID itself. */
const SID_OFFSET = 16;

/**
 * Gives the folder and all that will be in it to this process's user and to Windows, and takes from it what it
 * inherited from the folder above.
 * @throws Error with Windows' error number.
 */
export function giveFolderToUser(folder: string): void {
  const calls = loadCalls();
  // FA: all rights; OICI: also for files and folders in it; P: nothing is inherited from above.
  const sddl = `D:P(A;OICI;FA;;;${userSid(calls)})(A;OICI;FA;;;SY)`;
  const pointer = Buffer.alloc(8);
  succeeded(calls, calls.convertDescriptor(sddl, SDDL_REVISION_1, pointer, null), 'the access list');
  const descriptor = pointer.readBigUInt64LE();
  try {
    const [present, dacl, defaulted] = [Buffer.alloc(4), Buffer.alloc(8), Buffer.alloc(4)];
    succeeded(calls, calls.getDacl(descriptor, present, dacl, defaulted), 'the access list');
    const parts = (DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION) >>> 0;
    const error = calls.setNamedSecurity(
      folder,
      SE_FILE_OBJECT,
      parts,
      null,
      null,
      dacl.readBigUInt64LE(),
      null,
    );
    if (error !== 0) throw new Error(`Windows refused the folder's access list (error ${error}).`);
  } finally {
    calls.localFree(descriptor);
  }
}

type Calls = ReturnType<typeof loadCalls>;

/** In the form that SDDL takes: `S-1-5-21-…`. */
function userSid(calls: Calls): string {
  const handle = Buffer.alloc(8);
  succeeded(calls, calls.openToken(THIS_PROCESS, TOKEN_QUERY, handle), "the process's token");
  const token = handle.readBigUInt64LE();
  try {
    const information = Buffer.alloc(256);
    const length = Buffer.alloc(4);
    const read = calls.tokenInformation(token, TOKEN_USER, information, information.byteLength, length);
    succeeded(calls, read, "the process's user");
    return sidText(information.subarray(SID_OFFSET, length.readUInt32LE()));
  } finally {
    calls.closeHandle(token);
  }
}

/** A SID: revision, number of parts, authority (48 bits, big-endian), parts (32 bits each, little-endian). */
function sidText(sid: Buffer): string {
  const [revision, count] = [sid.readUInt8(0), sid.readUInt8(1)];
  if (revision !== 1) throw new Error('Windows gave no security identifier for the user.');
  const parts = Array.from({ length: count }, (_, index) => sid.readUInt32LE(8 + 4 * index));
  return `S-${revision}-${sid.readUIntBE(2, 6)}-${parts.join('-')}`;
}

function succeeded(calls: Calls, result: number, what: string): void {
  if (result === 0) throw new Error(`Windows refused ${what} (error ${calls.lastError()}).`);
}

function loadCalls() {
  const kernel32 = koffi.load('kernel32.dll');
  const advapi32 = koffi.load('advapi32.dll');
  const openToken: KoffiFunc<(process: bigint, access: number, token: Buffer) => number> = advapi32.func(
    'int __stdcall OpenProcessToken(uintptr_t process, uint32_t access, _Out_ uint8_t *token)',
  );
  const tokenInformation: KoffiFunc<
    (token: bigint, kind: number, information: Buffer, size: number, length: Buffer) => number
  > = advapi32.func(
    'int __stdcall GetTokenInformation(uintptr_t token, int kind, _Out_ uint8_t *information, uint32_t size, _Out_ uint8_t *length)',
  );
  const convertDescriptor: KoffiFunc<
    (sddl: string, revision: number, descriptor: Buffer, size: null) => number
  > = advapi32.func(
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 sddl, uint32_t revision, _Out_ uint8_t *descriptor, void *size)',
  );
  const getDacl: KoffiFunc<(descriptor: bigint, present: Buffer, dacl: Buffer, defaulted: Buffer) => number> =
    advapi32.func(
      'int __stdcall GetSecurityDescriptorDacl(uintptr_t descriptor, _Out_ uint8_t *present, _Out_ uint8_t *dacl, _Out_ uint8_t *defaulted)',
    );
  const setNamedSecurity: KoffiFunc<
    (name: string, type: number, parts: number, owner: null, group: null, dacl: bigint, sacl: null) => number
  > = advapi32.func(
    'uint32_t __stdcall SetNamedSecurityInfoW(str16 name, int type, uint32_t parts, void *owner, void *group, uintptr_t dacl, void *sacl)',
  );
  const closeHandle: KoffiFunc<(handle: bigint) => number> = kernel32.func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  );
  const localFree: KoffiFunc<(memory: bigint) => bigint | number> = kernel32.func(
    'uintptr_t __stdcall LocalFree(uintptr_t memory)',
  );
  const lastError: KoffiFunc<() => number> = kernel32.func('uint32_t __stdcall GetLastError()');
  return {
    openToken,
    tokenInformation,
    convertDescriptor,
    getDacl,
    setNamedSecurity,
    closeHandle,
    localFree,
    lastError,
  };
}
