/** Instructions of classic BPF (linux/filter.h): load a word of the call, compare, return. */
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
/** linux/seccomp.h: with an error number in the low bits, and the number's place in struct seccomp_data. */
const FAIL = 0x0005_0000;
const ALLOW = 0x7fff_0000;
const CALL_NUMBER = 0;

const EPERM = 1;
/** Of `socket`. */
const SOCKET = { x64: 41, arm64: 198 };

/** A system-call filter that refuses to make sockets and allows all else. */
export function filterWithoutSockets(): Uint8Array {
  const socket = process.arch === 'arm64' ? SOCKET.arm64 : SOCKET.x64;
  return program([
    [LOAD_WORD, 0, 0, CALL_NUMBER],
    [JUMP_IF_EQUAL, 0, 1, socket],
    [RETURN, 0, 0, FAIL | EPERM],
    [RETURN, 0, 0, ALLOW],
  ]);
}

function program(instructions: readonly (readonly [number, number, number, number])[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, whenTrue, whenFalse, value]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}
