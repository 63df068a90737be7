import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALLOWED_CALLS } from '../../../../src/agent/sandbox/seccomp/allowed-calls.ts';
import { checkedCalls } from '../../../../src/agent/sandbox/seccomp/checked-calls.ts';
import { ALLOW, KILL_PROCESS } from '../../../../src/agent/sandbox/seccomp/policy.ts';
import {
  FORBIDDEN_CALLS,
  KILLING_CALLS,
  UNKNOWN_CALLS,
} from '../../../../src/agent/sandbox/seccomp/refused-calls.ts';
import {
  systemCallNames,
  systemCallNumbers,
} from '../../../../src/agent/sandbox/seccomp/system-call-numbers.ts';
import { workerPolicy } from '../../../../src/agent/sandbox/seccomp/worker-policy.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const HEADER = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';

const recordSchema = z.object({
  scenarios: z.record(z.string(), z.object({ calls: z.array(z.string()) })),
});
const record = recordSchema.parse(
  JSON.parse(
    readFileSync(path.join(root, 'src/agent/sandbox/seccomp/recorded-system-calls.generated.json'), 'utf8'),
  ),
);
const namesIn = (groups: typeof ALLOWED_CALLS) => groups.flatMap(({ calls }) => calls);
const checked = checkedCalls({ ownPid: 1, cuda: true }).map(({ call }) => call);
const allowed = namesIn(ALLOWED_CALLS);
const refused = namesIn([...KILLING_CALLS, ...FORBIDDEN_CALLS, ...UNKNOWN_CALLS]);

describe('workerPolicy', () => {
  it('names every call once, as the kernel does', () => {
    const named = [...allowed, ...checked, ...refused];
    expect(named.filter((call) => !systemCallNames().has(call))).toEqual([]);
    expect(named.filter((call, index) => named.indexOf(call) !== index)).toEqual([]);
  });

  it('allows what workers were recorded to call, but for what they can do without', () => {
    const recorded = [...new Set(Object.values(record.scenarios).flatMap(({ calls }) => calls))];
    expect(Object.keys(record.scenarios)).toEqual(expect.arrayContaining(['cpu', 'webgpu']));
    const others = recorded.filter((call) => !allowed.includes(call) && !checked.includes(call));
    expect(others.every((call) => namesIn(UNKNOWN_CALLS).includes(call))).toBe(true);
  });

  it('has on arm64 what it has on x64, where there are such calls', () => {
    const [x64, arm64] = (['x64', 'arm64'] as const).map((architecture) => {
      const numbers = systemCallNumbers(architecture);
      const { rules } = workerPolicy({ architecture, ownPid: 1, cuda: true });
      const byNumber = new Map(rules.map((rule) => [rule.number, rule]));
      return new Map([...numbers].map(([name, number]) => [name, byNumber.get(number)?.verdict]));
    });
    for (const [name, verdict] of arm64 ?? []) {
      expect([name, verdict]).toEqual([name, x64?.get(name)]);
    }
    // Only old calls, which have successors, and those of the processor.
    const missing = [...allowed, ...checked].filter((call) => arm64?.has(call) === false);
    expect(missing.sort()).toEqual([
      ...['access', 'arch_prctl', 'dup2', 'epoll_wait', 'getpgrp', 'lstat', 'mkdir', 'open', 'poll'],
      ...['readlink', 'rename', 'rmdir', 'select', 'stat', 'time', 'unlink'],
    ]);
  });

  it('kills what is not of the processor’s own architecture', () => {
    const policy = workerPolicy({ architecture: 'x64', ownPid: 1, cuda: false });
    expect(policy.auditArchitecture).toBe(0xc000_003e);
    expect(policy.killFrom).toBe(0x4000_0000);
    expect(workerPolicy({ architecture: 'arm64', ownPid: 1, cuda: false }).auditArchitecture).toBe(
      0xc000_00b7,
    );
  });

  it('allows sockets with CUDA only', () => {
    const verdictOfSocket = (cuda: boolean) =>
      workerPolicy({ architecture: 'x64', ownPid: 1, cuda }).rules.find(({ number }) => number === 41)
        ?.verdict;
    expect(verdictOfSocket(true)).toBe(ALLOW);
    expect([ALLOW, KILL_PROCESS]).not.toContain(verdictOfSocket(false));
  });

  it('is explained call by call in docs/seccomp.md', () => {
    const explained = readFileSync(path.join(root, 'docs/seccomp.md'), 'utf8');
    const missing = [...allowed, ...checked, ...refused].filter((call) => !explained.includes(`\`${call}\``));
    expect(missing).toEqual([]);
  });
});

describe('systemCallNumbers', () => {
  it.runIf(existsSync(HEADER))('has the numbers of the kernel’s header', () => {
    const numbers = systemCallNumbers('x64');
    const defined = [...readFileSync(HEADER, 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
    expect(defined.length).toBeGreaterThan(300);
    for (const [, name = '', number] of defined) {
      if (numbers.has(name)) expect([name, numbers.get(name)]).toEqual([name, Number(number)]);
    }
  });
});
