import { describe, expect, it } from 'vitest';
import { landlockPolicy } from '../../../src/agent/sandbox/landlock-filter.ts';
import { ALLOW, type Policy, refuseWith, verdictOf } from '../../../src/agent/sandbox/seccomp/policy.ts';
import { systemCallNumbers } from '../../../src/agent/sandbox/seccomp/system-call-numbers.ts';
import { workerPolicy } from '../../../src/agent/sandbox/seccomp/worker-policy.ts';

const REFUSED = refuseWith(1);
const O_RDWR = 2n;
const O_CREAT = 0o100n;
const O_DIRECTORY = 0o200000n;
const O_TMPFILE = 0o20200000n;

describe.each(['x64', 'arm64'] as const)('landlockPolicy on %s', (architecture) => {
  const facts = { architecture, ownPid: 4711, cuda: false };
  const numbers = systemCallNumbers(architecture);
  const verdict = (policy: Policy, call: string, ...args: bigint[]) => {
    const number = numbers.get(call);
    if (number === undefined) return undefined;
    return verdictOf(policy, { auditArchitecture: policy.auditArchitecture, number, args });
  };
  const policy = landlockPolicy(facts);

  it('lets no permissions be changed, by whatever call', () => {
    for (const call of ['chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'fchown', 'fsetxattr', 'utimensat']) {
      expect(verdict(policy, call, 3n, 0o777n) ?? REFUSED).not.toBe(ALLOW);
    }
  });

  it('lets files be opened, but none without a name', () => {
    expect(verdict(policy, 'openat', 0n, 0n, O_RDWR | O_CREAT)).toBe(ALLOW);
    expect(verdict(policy, 'openat', 0n, 0n, O_DIRECTORY)).toBe(ALLOW);
    expect(verdict(policy, 'openat', 0n, 0n, O_RDWR | O_TMPFILE)).toBe(REFUSED);
    expect(verdict(policy, 'open', 0n, O_RDWR | O_TMPFILE) ?? REFUSED).toBe(REFUSED);
    expect(verdict(policy, 'openat2', 0n)).not.toBe(ALLOW);
  });

  it("is the workers' policy in every other call", () => {
    const own = new Set(['open', 'openat', 'fchmod'].map((call) => numbers.get(call)));
    const others = (all: Policy) => all.rules.filter(({ number }) => !own.has(number));
    expect(others(policy)).toEqual(others(workerPolicy(facts)));
  });
});
