import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workerLimits } from '../../../src/agent/sandbox/resource-limits.ts';
import { ResourceLimitsGroup } from '../../../src/agent/sandbox/resource-limits-group.linux.ts';
import { SystemdMachine, systemdMachineMissing } from '../../support/systemd-machine.ts';

const limits = workerLimits({ memoryBytes: 8 * 1024 ** 3, processors: 4 });
const source = path.resolve(import.meta.dirname, '../../../src/agent/sandbox/resource-limits-group.linux.ts');
const missing = systemdMachineMissing();

describe.runIf(process.platform === 'linux')('ResourceLimitsGroup', () => {
  it('is none where no systemd answers', async () => {
    const manager = { flag: '--user', env: { XDG_RUNTIME_DIR: '/nowhere' } } as const;
    expect(await ResourceLimitsGroup.find(limits, manager)).toBeUndefined();
    expect(await ResourceLimitsGroup.find(limits, undefined)).toBeUndefined();
  });

  it.skipIf(missing !== undefined)(
    'starts a command as the same process in a group of its own, under a real systemd',
    { timeout: 180_000 },
    async () => {
      await using machine = await SystemdMachine.boot();
      const script = `
        const { ResourceLimitsGroup } = await import(${JSON.stringify(source)});
        const { readFileSync } = await import('node:fs');
        const { spawn } = await import('node:child_process');
        const limits = ${JSON.stringify(limits)};
        const found = await ResourceLimitsGroup.find(limits);
        const { file, args } = ResourceLimitsGroup.unproven({ flag: '--system', env: {} }, limits).wrap('/bin/sh', ['-c', 'echo $$; cat /proc/self/cgroup; cat <&4']);
        const child = spawn(file, args, { env: {}, stdio: ['ignore', 'pipe', 'inherit', 'ignore', 'pipe'] });
        child.stdio[4].end('the filter');
        let text = '';
        for await (const part of child.stdout) text += part;
        console.log(JSON.stringify({ found: found !== undefined, pid: child.pid, lines: text.trim().split('\\n') }));`;
      const { stdout, stderr } = machine.run(process.execPath, '--input-type=module', '-e', script);
      expect(stderr).toBe('');
      const { pid, lines } = JSON.parse(stdout);
      expect(lines[0]).toBe(String(pid));
      expect(lines.join('\n')).toMatch(/\/run-[^/]*\.scope$/m);
      expect(lines.at(-1)).toBe('the filter');
    },
  );
});
