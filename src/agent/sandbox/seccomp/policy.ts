/** The processors' architectures as Node names them. */
export type Architecture = 'x64' | 'arm64';

/** What the kernel does with a call, as the value that a filter returns (`linux/seccomp.h`). */
export type Verdict = number;
export const ALLOW: Verdict = 0x7fff_0000;
/** Ends the whole process with SIGSYS, so that an attack is seen. */
export const KILL_PROCESS: Verdict = 0x8000_0000;
/** The call is not made and returns this error number. */
export function refuseWith(errorNumber: number): Verdict {
  return 0x0005_0000 | errorNumber;
}

/** The masked argument is one of the values. All are 32 bits wide, as are the arguments that we look at. */
interface Alternative {
  readonly mask: number;
  readonly values: readonly number[];
}

/** A condition on the low 32 bits of an argument, the first being 0: one of the alternatives holds. */
export interface ArgumentCheck {
  readonly argument: 0 | 1 | 2 | 3 | 4 | 5;
  readonly anyOf: readonly Alternative[];
}

/** What becomes of one system call. */
export interface Rule {
  readonly number: number;
  /** When all checks hold; there may be none. */
  readonly verdict: Verdict;
  readonly checks: readonly ArgumentCheck[];
  readonly otherwise: Verdict;
}

/** A program's system calls, for one architecture. */
export interface Policy {
  /** The kernel's name for the architecture, `AUDIT_ARCH_*` of `linux/audit.h`; calls of any other kill. */
  readonly auditArchitecture: number;
  /** From this number on calls kill: x64's second table, x32. */
  readonly killFrom: number | null;
  /** One rule for a number. */
  readonly rules: readonly Rule[];
  /** For every other number. */
  readonly otherwise: Verdict;
}

/** A call as the kernel shows it to a filter (`struct seccomp_data`). */
export interface SystemCall {
  readonly auditArchitecture: number;
  readonly number: number;
  /** Six of them, 64 bits wide. */
  readonly args: readonly bigint[];
}

/** What the policy says of a call: the meaning that the assembled filter must have. */
export function verdictOf(policy: Policy, call: SystemCall): Verdict {
  if (call.auditArchitecture !== policy.auditArchitecture) return KILL_PROCESS;
  if (policy.killFrom !== null && call.number >= policy.killFrom) return KILL_PROCESS;
  const rule = policy.rules.find(({ number }) => number === call.number);
  if (rule === undefined) return policy.otherwise;
  return rule.checks.every((check) => holds(check, call)) ? rule.verdict : rule.otherwise;
}

function holds({ argument, anyOf }: ArgumentCheck, { args }: SystemCall): boolean {
  const low = Number(BigInt.asUintN(32, args[argument] ?? 0n));
  return anyOf.some(({ mask, values }) => values.includes((low & mask) >>> 0));
}
