import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../../src/agent/sandbox/seccomp/assemble.ts';
import {
  ALLOW,
  type ArgumentCheck,
  KILL_PROCESS,
  type Policy,
  refuseWith,
  type SystemCall,
  verdictOf,
} from '../../../../src/agent/sandbox/seccomp/policy.ts';
import { workerPolicy } from '../../../../src/agent/sandbox/seccomp/worker-policy.ts';
import { interpret } from './bpf-interpreter.ts';

const AUDIT_ARCH_X86_64 = 0xc000_003e;
const KERNEL_LIMIT = 4096;

const word = fc.oneof(fc.nat(8), fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0xffff_ffff, 0x4000_0000));
const verdict = fc.oneof(
  fc.constantFrom(ALLOW, KILL_PROCESS),
  fc.integer({ min: 1, max: 133 }).map(refuseWith),
);
const check: fc.Arbitrary<ArgumentCheck> = fc.record({
  argument: fc.constantFrom(0, 1, 2, 3, 4, 5),
  anyOf: fc.array(
    fc.record({ mask: fc.oneof(fc.constant(0xffff_ffff), word), values: fc.array(word, { maxLength: 6 }) }),
    { maxLength: 3 },
  ),
});
const rule = fc.record({
  number: fc.oneof(fc.nat(500), fc.nat({ max: 0xffff_fffe })),
  verdict,
  checks: fc.array(check, { maxLength: 3 }),
  otherwise: verdict,
});
const policy: fc.Arbitrary<Policy> = fc.record({
  auditArchitecture: fc.constant(AUDIT_ARCH_X86_64),
  killFrom: fc.constantFrom(null, 0x4000_0000, 300),
  rules: fc.uniqueArray(rule, { selector: ({ number }) => number, maxLength: 400 }),
  otherwise: verdict,
});

/** Calls that are likely to meet the policy's rules, at their borders, and its values. */
function callsFor({ rules, killFrom }: Policy): fc.Arbitrary<SystemCall> {
  const numbers = rules.flatMap(({ number }) => [number, Math.max(0, number - 1), number + 1]);
  const values = rules.flatMap(({ checks }) =>
    checks.flatMap(({ anyOf }) => anyOf.flatMap(({ values: each }) => each)),
  );
  const low = fc.oneof(fc.constantFrom(0, ...values), word);
  const argument = fc.tuple(fc.nat(2), low).map(([high, value]) => (BigInt(high) << 32n) | BigInt(value));
  return fc.record({
    auditArchitecture: fc.oneof(
      { weight: 20, arbitrary: fc.constant(AUDIT_ARCH_X86_64) },
      { weight: 1, arbitrary: word },
    ),
    number: fc.oneof(fc.constantFrom(0, killFrom ?? 1, ...numbers), word),
    args: fc.array(argument, { minLength: 6, maxLength: 6 }),
  });
}

describe('assemble', () => {
  it('makes of any policy a filter that decides as the policy says', () => {
    fc.assert(
      fc.property(
        policy.chain((each) => fc.tuple(fc.constant(each), fc.array(callsFor(each), { minLength: 20 }))),
        ([each, calls]) => {
          const filter = assemble(each);
          for (const call of calls) expect(interpret(filter, call).value).toBe(verdictOf(each, call));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    { architecture: 'x64', cuda: true },
    { architecture: 'x64', cuda: false },
    { architecture: 'arm64', cuda: true },
  ] as const)('makes of the workers’ policy ($architecture, CUDA: $cuda) such a filter', (options) => {
    const ours = workerPolicy({ ...options, ownPid: 1 });
    const filter = assemble(ours);
    const calls = callsFor(ours).map((call) => ({ ...call, auditArchitecture: ours.auditArchitecture }));
    fc.assert(
      fc.property(calls, (call) => {
        expect(interpret(filter, call).value).toBe(verdictOf(ours, call));
      }),
      { numRuns: 5000 },
    );
  });

  it('stays far below the kernel’s limit, and finds any call in few steps', () => {
    const ours = workerPolicy({ architecture: 'x64', ownPid: 1, cuda: true });
    const filter = assemble(ours);
    expect(filter.byteLength / 8).toBeLessThan(KERNEL_LIMIT / 4);
    const { auditArchitecture } = ours;
    for (let number = 0; number < 600; number++) {
      const { steps } = interpret(filter, { auditArchitecture, number, args: Array(6).fill(0n) });
      expect(steps).toBeLessThanOrEqual(45);
    }
  });

  it('refuses a policy with two rules for a call', () => {
    const same = { number: 1, verdict: ALLOW, checks: [], otherwise: ALLOW };
    const twice = { auditArchitecture: 0, killFrom: null, rules: [same, same], otherwise: ALLOW };
    expect(() => assemble(twice)).toThrow(RangeError);
  });
});
