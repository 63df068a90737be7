import { fstatSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';

/**
 * Runs as a worker on Windows: answers each line of its input with a line of JSON, and ends when its input does.
 * `look` tells what it is, `pid` its process id, `say …` repeats, `fill` writes two megabytes, `end 5` ends with that exit code.
 */
const TOKEN_GROUPS = 2;
const SE_GROUP_USE_FOR_DENY_ONLY = 0x10;

// Before anything waits for input: Windows answers no question about a pipe on which a read waits.
const inherited = inheritedPipes();

const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
lines.on('line', (line) => {
  const [word = '', rest = ''] = line.split(/ (.*)/s);
  if (word === 'look') answer(look());
  if (word === 'say') answer(rest);
  if (word === 'pid') answer(process.pid);
  if (word === 'fill') {
    writeFileSync('filled', Buffer.alloc(2 * 1024 * 1024));
    answer(readdirSync('.'));
  }
  if (word === 'end') process.exit(Number(rest) | 0);
});

function look() {
  const token = openToken();
  const groups = sidsOf(read(token, TOKEN_GROUPS));
  return {
    arguments: process.argv.slice(2),
    environment: Object.keys(process.env).filter((name) => !name.startsWith('WINE')),
    temporaryFolder: process.env.TEMP,
    folder: process.cwd(),
    openDescriptors: [3, 4, 5, 6].filter(isOpen),
    inheritedPipes: inherited,
    desktop: desktopName(),
    denyOnly: groups
      .filter(({ attributes }) => (attributes & SE_GROUP_USE_FOR_DENY_ONLY) !== 0)
      .map(({ sid }) => sid),
  };
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

/** How many of the handles that a process has at its start are pipes. */
function inheritedPipes(): number {
  const getFileType = koffi.load('kernel32.dll').func('uint32_t __stdcall GetFileType(uintptr_t handle)');
  const handles = Array.from({ length: 256 }, (_, index) => 4 * (index + 1));
  return handles.filter((handle) => getFileType(handle) === 3).length;
}

function desktopName(): string {
  const kernel32 = koffi.load('kernel32.dll');
  const user32 = koffi.load('user32.dll');
  const thread = kernel32.func('uint32_t __stdcall GetCurrentThreadId()')();
  const desktop = user32.func('uintptr_t __stdcall GetThreadDesktop(uint32_t thread)')(thread);
  const name = Buffer.alloc(512);
  user32.func(
    'int __stdcall GetUserObjectInformationW(uintptr_t object, int kind, _Out_ uint8_t *value, uint32_t bytes, _Out_ uint8_t *needed)',
  )(desktop, 2, name, name.length, Buffer.alloc(4));
  return name.toString('utf16le').split('\0', 1)[0] ?? '';
}

function openToken(): bigint {
  const token = Buffer.alloc(8);
  koffi
    .load('advapi32.dll')
    .func('int __stdcall OpenProcessToken(intptr_t process, uint32_t access, _Out_ uint8_t *token)')(
    -1,
    8,
    token,
  );
  return token.readBigUInt64LE();
}

function read(token: bigint, kind: number): Buffer {
  const get = koffi
    .load('advapi32.dll')
    .func(
      'int __stdcall GetTokenInformation(uintptr_t token, int32_t kind, _Out_ uint8_t *value, uint32_t bytes, _Out_ uint8_t *needed)',
    );
  const needed = Buffer.alloc(4);
  get(token, kind, null, 0, needed);
  const value = Buffer.alloc(Math.max(8, needed.readUInt32LE()));
  get(token, kind, value, value.length, needed);
  return value;
}

/** TOKEN_GROUPS: a count, and entries of an address and attributes. */
function sidsOf(value: Buffer): { sid: string; attributes: number }[] {
  const start = BigInt(koffi.address(value));
  return Array.from({ length: value.readUInt32LE(0) }, (_, index) => {
    const at = Number(value.readBigUInt64LE(8 + 16 * index) - start);
    const count = value.readUInt8(at + 1);
    const parts = Array.from({ length: count }, (_each, part) => value.readUInt32LE(at + 8 + 4 * part));
    return {
      sid: ['S', value.readUInt8(at), value.readUIntBE(at + 2, 6), ...parts].join('-'),
      attributes: value.readUInt32LE(16 + 16 * index),
    };
  });
}
