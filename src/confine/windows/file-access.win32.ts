import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { CONSTANTS } from './constants.ts';
import { NativeMemory } from './native-memory.ts';
import { encodeSid, type Sid } from './sid.ts';
import { encodeStruct } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const READ_AND_EXECUTE = CONSTANTS.FILE_GENERIC_READ | CONSTANTS.FILE_GENERIC_EXECUTE;

/**
 * Lets `sid` read a program's file, or a folder with all that is and will be in it. The right stays: it is the
 * program's, not one worker's, and nobody but our workers has the SID.
 * @returns Windows' error, if it refused, as on folders that an administrator installed.
 */
export function grantProgram(calls: WindowsCalls, path: string, sid: Sid): number | undefined {
  return grantRead(
    calls,
    path,
    sid,
    lstatSync(path).isDirectory() ? CONSTANTS.SUB_CONTAINERS_AND_OBJECTS_INHERIT : 0,
  );
}

/**
 * Lets `sid` read a model's folder and the files in it. Each file gets the right itself: bundles share their files
 * by hard links, and a right inherited from one bundle's folder would replace that of another's.
 * @returns Windows' error, if it refused.
 */
export function grantModel(calls: WindowsCalls, folder: string, sid: Sid): number | undefined {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const paths = [folder, ...entries.map((entry) => join(folder, entry))];
  // A link's target is no part of the bundle.
  const own = paths.filter((path) => !lstatSync(path).isSymbolicLink());
  return own.map((path) => grantRead(calls, path, sid, 0)).find((error) => error !== undefined);
}

function grantRead(calls: WindowsCalls, path: string, sid: Sid, inheritance: number): number | undefined {
  const dacl = Buffer.alloc(8);
  const descriptor = Buffer.alloc(8);
  const parts = CONSTANTS.DACL_SECURITY_INFORMATION;
  const failure = calls.getNamedSecurity(
    path,
    CONSTANTS.SE_FILE_OBJECT,
    parts,
    null,
    null,
    dacl,
    null,
    descriptor,
  );
  if (failure !== 0) return failure;
  const address = descriptor.readBigUInt64LE();
  try {
    if (names(calls, address, sid)) return undefined;
    return addToDacl(calls, path, dacl.readBigUInt64LE(), { sid, inheritance });
  } finally {
    calls.localFree(address);
  }
}

function addToDacl(
  calls: WindowsCalls,
  path: string,
  dacl: bigint,
  { sid, inheritance }: { sid: Sid; inheritance: number },
): number | undefined {
  using memory = new NativeMemory();
  const entry = encodeStruct('EXPLICIT_ACCESS_W', {
    grfAccessPermissions: READ_AND_EXECUTE,
    grfAccessMode: CONSTANTS.GRANT_ACCESS,
    grfInheritance: inheritance,
    'Trustee.TrusteeForm': CONSTANTS.TRUSTEE_IS_SID,
    'Trustee.ptstrName': memory.place(encodeSid(sid)),
  });
  const made = Buffer.alloc(8);
  const failure = calls.setEntriesInAcl(1, entry, dacl, made);
  if (failure !== 0) return failure;
  try {
    const parts = CONSTANTS.DACL_SECURITY_INFORMATION;
    const error = calls.setNamedSecurity(
      path,
      CONSTANTS.SE_FILE_OBJECT,
      parts,
      null,
      null,
      made.readBigUInt64LE(),
      0n,
    );
    return error === 0 ? undefined : error;
  } finally {
    calls.localFree(made.readBigUInt64LE());
  }
}

/** Whether the access list has an entry for the SID; only this file makes such entries, and all are alike. */
function names(calls: WindowsCalls, descriptor: bigint, sid: Sid): boolean {
  const text = Buffer.alloc(8);
  const done = calls.textFromDescriptor(
    descriptor,
    CONSTANTS.SDDL_REVISION_1,
    CONSTANTS.DACL_SECURITY_INFORMATION,
    text,
    null,
  );
  if (done === 0) return false;
  try {
    const sddl: unknown = koffi.decode(text, 'str16');
    return typeof sddl === 'string' && sddl.includes(`;;;${sid})`);
  } finally {
    calls.localFree(text.readBigUInt64LE());
  }
}
