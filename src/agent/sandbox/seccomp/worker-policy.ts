import { ALLOWED_CALLS, type CallGroup } from './allowed-calls.ts';
import { type CheckedCall, checkedCalls, type WorkerFacts } from './checked-calls.ts';
import {
  ALLOW,
  type Architecture,
  KILL_PROCESS,
  type Policy,
  type Rule,
  refuseWith,
  type Verdict,
} from './policy.ts';
import { FORBIDDEN_CALLS, KILLING_CALLS, UNKNOWN_CALLS } from './refused-calls.ts';
import { systemCallNames, systemCallNumbers } from './system-call-numbers.ts';

export interface WorkerPolicyOptions extends WorkerFacts {
  readonly architecture: Architecture;
}

/** `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64`. */
const AUDIT_ARCHITECTURES = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
/** `__X32_SYSCALL_BIT`. */
const X32_FROM = 0x4000_0000;

/** The same numbers on both architectures (`asm-generic/errno-base.h` and `errno.h`). */
const ERROR_NUMBERS = { EPERM: 1, EINVAL: 22, ENOTTY: 25, ENOSYS: 38 } as const;

/** Calls for which CUDA gets rules of its own. */
const CUDA_SOCKET_CALLS: CallGroup = {
  name: 'cuda-socket',
  reason: 'Sockets, of which CUDA needs one kind.',
  calls: ['bind', 'listen', 'setsockopt', 'socket'],
};

/** What a worker may ask of the kernel: default-deny. @throws RangeError for a call that the table does not have. */
export function workerPolicy({ architecture, ...facts }: WorkerPolicyOptions): Policy {
  const numbers = systemCallNumbers(architecture);
  const names = systemCallNames();
  const rule = (
    call: string,
    checks: CheckedCall['checks'],
    verdict: Verdict,
    otherwise: Verdict,
  ): Rule[] => {
    if (!names.has(call)) throw new RangeError(`There is no system call ${call}.`);
    const number = numbers.get(call);
    return number === undefined ? [] : [{ number, checks, verdict, otherwise }];
  };
  const always = (groups: readonly CallGroup[], verdict: Verdict): Rule[] =>
    groups.flatMap(({ calls }) => calls.flatMap((call) => rule(call, [], verdict, verdict)));
  return {
    auditArchitecture: AUDIT_ARCHITECTURES[architecture],
    killFrom: architecture === 'x64' ? X32_FROM : null,
    rules: [
      ...always(ALLOWED_CALLS, ALLOW),
      ...always(KILLING_CALLS, KILL_PROCESS),
      ...always(
        [...FORBIDDEN_CALLS, ...(facts.cuda ? [] : [CUDA_SOCKET_CALLS])],
        refuseWith(ERROR_NUMBERS.EPERM),
      ),
      ...always(UNKNOWN_CALLS, refuseWith(ERROR_NUMBERS.ENOSYS)),
      ...checkedCalls(facts).flatMap(({ call, checks, otherwise }) =>
        rule(call, checks, ALLOW, refuseWith(ERROR_NUMBERS[otherwise])),
      ),
    ],
    otherwise: refuseWith(ERROR_NUMBERS.ENOSYS),
  };
}
