/** Where a field lies in a structure: offset and size in bytes. */
type FieldLayout = readonly [offset: number, bytes: 1 | 2 | 4 | 8];

interface StructLayout {
  readonly bytes: number;
  readonly fields: Readonly<Record<string, FieldLayout>>;
}

/**
 * Windows structures on x64, as far as they are used; names, sizes and offsets are those of the Windows SDK
 * (winnt.h, winbase.h, processthreadsapi.h, accctrl.h). A test compares each with the headers of MinGW-w64.
 */
export const LAYOUTS = {
  SECURITY_ATTRIBUTES: {
    bytes: 24,
    fields: { nLength: [0, 4], lpSecurityDescriptor: [8, 8], bInheritHandle: [16, 4] },
  },
  SID_AND_ATTRIBUTES: { bytes: 16, fields: { Sid: [0, 8], Attributes: [8, 4] } },
  TOKEN_DEFAULT_DACL: { bytes: 8, fields: { DefaultDacl: [0, 8] } },
  SECURITY_CAPABILITIES: {
    bytes: 24,
    fields: { AppContainerSid: [0, 8], Capabilities: [8, 8], CapabilityCount: [16, 4], Reserved: [20, 4] },
  },
  STARTUPINFOEXW: {
    bytes: 112,
    fields: {
      'StartupInfo.cb': [0, 4],
      'StartupInfo.lpDesktop': [16, 8],
      'StartupInfo.dwFlags': [60, 4],
      'StartupInfo.hStdInput': [80, 8],
      'StartupInfo.hStdOutput': [88, 8],
      'StartupInfo.hStdError': [96, 8],
      lpAttributeList: [104, 8],
    },
  },
  PROCESS_INFORMATION: {
    bytes: 24,
    fields: { hProcess: [0, 8], hThread: [8, 8], dwProcessId: [16, 4], dwThreadId: [20, 4] },
  },
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION: {
    bytes: 144,
    fields: {
      'BasicLimitInformation.LimitFlags': [16, 4],
      'BasicLimitInformation.ActiveProcessLimit': [40, 4],
      'BasicLimitInformation.PriorityClass': [56, 4],
      ProcessMemoryLimit: [112, 8],
      JobMemoryLimit: [120, 8],
    },
  },
  JOBOBJECT_BASIC_UI_RESTRICTIONS: { bytes: 4, fields: { UIRestrictionsClass: [0, 4] } },
  JOBOBJECT_CPU_RATE_CONTROL_INFORMATION: { bytes: 8, fields: { ControlFlags: [0, 4], Weight: [4, 4] } },
  EXPLICIT_ACCESS_W: {
    bytes: 48,
    fields: {
      grfAccessPermissions: [0, 4],
      grfAccessMode: [4, 4],
      grfInheritance: [8, 4],
      'Trustee.TrusteeForm': [28, 4],
      'Trustee.ptstrName': [40, 8],
    },
  },
} as const satisfies Record<string, StructLayout>;

export type StructName = keyof typeof LAYOUTS;
export type FieldName<Name extends StructName> = keyof (typeof LAYOUTS)[Name]['fields'] & string;

/** A structure with the given fields, in a buffer of its own; the other bytes are zero. */
export function encodeStruct<Name extends StructName>(
  name: Name,
  values: Partial<Record<FieldName<Name>, number | bigint>>,
): Buffer {
  const layout: StructLayout = LAYOUTS[name];
  const buffer = Buffer.alloc(layout.bytes);
  for (const [field, value] of Object.entries<number | bigint | undefined>(values)) {
    const place = layout.fields[field];
    if (place === undefined || value === undefined) throw new RangeError(`${name} has no ${field}.`);
    writeUnsigned(buffer, place, BigInt(value));
  }
  return buffer;
}

/** An unsigned field of a structure that lies in `buffer` at `start`. */
export function readField<Name extends StructName>(
  name: Name,
  field: FieldName<Name>,
  buffer: Buffer,
  start = 0,
): bigint {
  const layout: StructLayout = LAYOUTS[name];
  const place = layout.fields[field];
  if (place === undefined) throw new RangeError(`${name} has no ${field}.`);
  const [offset, bytes] = place;
  return bytes === 8
    ? buffer.readBigUInt64LE(start + offset)
    : BigInt(buffer.readUIntLE(start + offset, bytes));
}

function writeUnsigned(buffer: Buffer, [offset, bytes]: FieldLayout, value: bigint): void {
  if (bytes === 8) buffer.writeBigUInt64LE(value, offset);
  else buffer.writeUIntLE(Number(value), offset, bytes);
}
