import type { SystemCall } from '../../../../src/agent/sandbox/seccomp/policy.ts';

/** Runs a filter as the kernel would, by `Documentation/networking/filter.rst`. @returns its value. */
export function interpret(filter: Uint8Array, call: SystemCall): { value: number; steps: number } {
  const program = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  const data = dataOf(call);
  let accumulator = 0;
  let steps = 0;
  for (let at = 0; at < program.byteLength; ) {
    const code = program.getUint16(at, true);
    const ifTrue = program.getUint8(at + 2);
    const ifFalse = program.getUint8(at + 3);
    const operand = program.getUint32(at + 4, true);
    at += 8;
    steps++;
    switch (code) {
      case 0x20: // BPF_LD | BPF_W | BPF_ABS
        accumulator = data.getUint32(operand, true);
        break;
      case 0x54: // BPF_ALU | BPF_AND | BPF_K
        accumulator = (accumulator & operand) >>> 0;
        break;
      case 0x05: // BPF_JMP | BPF_JA
        at += operand * 8;
        break;
      case 0x15: // BPF_JMP | BPF_JEQ | BPF_K
        at += (accumulator === operand ? ifTrue : ifFalse) * 8;
        break;
      case 0x35: // BPF_JMP | BPF_JGE | BPF_K
        at += (accumulator >= operand ? ifTrue : ifFalse) * 8;
        break;
      case 0x06: // BPF_RET | BPF_K
        return { value: operand, steps };
      default:
        throw new Error(`There is no instruction ${code.toString(16)}.`);
    }
  }
  throw new Error('The filter ends without an answer.');
}

/** `struct seccomp_data`. */
function dataOf({ number, auditArchitecture, args }: SystemCall): DataView {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, auditArchitecture, true);
  args.forEach((value, index) => {
    data.setBigUint64(16 + 8 * index, BigInt.asUintN(64, value), true);
  });
  return data;
}
