import { type ArgumentCheck, KILL_PROCESS, type Policy, type Rule, type Verdict } from './policy.ts';

/** Operations of classic BPF that a filter needs (`linux/bpf_common.h`). */
const LOAD_WORD = 0x20;
const AND = 0x54;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** Offsets in `struct seccomp_data`; little-endian, so the low half of an argument comes first. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const ARGUMENTS_AT = 16;
const ARGUMENT_BYTES = 8;

/** The kernel takes no longer filters (`BPF_MAXINSNS`). */
const LENGTH_LIMIT = 4096;
/** `struct sock_filter`: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
const INSTRUCTION_BYTES = 8;
const JUMP_LIMIT = 255;
const ALL_BITS = 0xffff_ffff;

interface Instruction {
  readonly code: number;
  /** Instructions to skip. */
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly operand: number;
}

/** From this number on, up to the next span. */
interface Span {
  readonly from: number;
  readonly code: readonly Instruction[];
}

/**
 * The policy as a program for the kernel: an array of `struct sock_filter`, little-endian. Numbers are found by
 * halving, so that a call costs a few comparisons.
 * @throws RangeError when it does not fit the kernel's limits.
 */
export function assemble(policy: Policy): Uint8Array {
  const spans = spansOf(policy);
  const code = [
    load(ARCHITECTURE_AT),
    branch(JUMP_IF_EQUAL, policy.auditArchitecture, 1, 0),
    ret(KILL_PROCESS),
    load(NUMBER_AT),
    ...search(spans),
  ];
  if (code.length > LENGTH_LIMIT) throw new RangeError(`The filter has ${code.length} instructions.`);
  return encode(code);
}

function spansOf({ rules, otherwise, killFrom }: Policy): Span[] {
  const byNumber = new Map(rules.map((rule) => [rule.number, rule]));
  if (byNumber.size !== rules.length) throw new RangeError('A system call has two rules.');
  const borders = [
    0,
    ...rules.flatMap(({ number }) => [number, number + 1]),
    ...(killFrom === null ? [] : [killFrom]),
  ];
  const spans: Span[] = [];
  for (const from of [...new Set(borders)].sort((a, b) => a - b)) {
    const rule = byNumber.get(from);
    const code =
      killFrom !== null && from >= killFrom
        ? [ret(KILL_PROCESS)]
        : rule === undefined
          ? [ret(otherwise)]
          : codeOf(rule);
    if (!isSameReturn(spans.at(-1)?.code, code)) spans.push({ from, code });
  }
  return spans;
}

/** Finds the span of the number that is loaded, and goes on in its code. */
function search(spans: readonly Span[]): Instruction[] {
  const middle = spans[spans.length >> 1];
  if (spans.length <= 1 || middle === undefined) return [...(spans[0]?.code ?? [])];
  const below = search(spans.slice(0, spans.length >> 1));
  const above = search(spans.slice(spans.length >> 1));
  if (below.length <= JUMP_LIMIT) {
    return [branch(JUMP_IF_AT_LEAST, middle.from, below.length, 0), ...below, ...above];
  }
  const far = { code: JUMP, ifTrue: 0, ifFalse: 0, operand: below.length };
  return [branch(JUMP_IF_AT_LEAST, middle.from, 0, 1), far, ...below, ...above];
}

function codeOf({ checks, verdict, otherwise }: Rule): Instruction[] {
  return [...checks.flatMap((check) => codeOfCheck(check, otherwise)), ret(verdict)];
}

/** Returns `otherwise` unless the check holds; then goes on after its last instruction. */
function codeOfCheck({ argument, anyOf }: ArgumentCheck, otherwise: Verdict): Instruction[] {
  const address = ARGUMENTS_AT + argument * ARGUMENT_BYTES;
  let code: Instruction[] = [ret(otherwise)];
  for (const { mask, values } of anyOf.toReversed()) {
    const masking = mask === ALL_BITS ? [] : [{ code: AND, ifTrue: 0, ifFalse: 0, operand: mask }];
    for (const value of values.toReversed()) {
      code = [branch(JUMP_IF_EQUAL, value, code.length, 0), ...code];
    }
    code = [load(address), ...masking, ...code];
  }
  return code;
}

function isSameReturn(first: readonly Instruction[] | undefined, second: readonly Instruction[]): boolean {
  const [a, b] = [first?.[0], second[0]];
  return first?.length === 1 && second.length === 1 && a?.code === RETURN && a.operand === b?.operand;
}

function load(address: number): Instruction {
  return { code: LOAD_WORD, ifTrue: 0, ifFalse: 0, operand: address };
}

function ret(verdict: Verdict): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, operand: verdict };
}

function branch(code: number, operand: number, ifTrue: number, ifFalse: number): Instruction {
  if (ifTrue > JUMP_LIMIT || ifFalse > JUMP_LIMIT) throw new RangeError('A jump of the filter is too long.');
  return { code, ifTrue, ifFalse, operand };
}

function encode(program: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(program.length * INSTRUCTION_BYTES));
  program.forEach(({ code, ifTrue, ifFalse, operand }, index) => {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  });
  return new Uint8Array(view.buffer);
}
