import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openNvml } from 'node-nvml';
import { describe, expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { fakeDriverMissing } from './fake-driver-compiler.ts';

describe.skipIf(fakeDriverMissing() !== undefined)("a fake card's compute process", () => {
  test('is listed, and holds its memory, for as long as its process lives', async () => {
    using driver = await FakeDriver.create({
      clock: 'manual',
      cards: [{ memoryUsedBytes: 5e8, computeBytes: 2e9, computeFollowsPid: 1 }],
    });
    using nvml = openNvml({ libraryPath: driver.libraryPath });
    const look = () => {
      const sample = nvml.devices()[0]?.sample();
      return { pids: sample?.processes?.map(({ pid }) => pid), usedBytes: sample?.memoryUsedBytes };
    };
    expect(look()).toEqual({ pids: [], usedBytes: 5e8 });

    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    driver.set(0, 'computePid', child.pid ?? 0);
    expect(look()).toEqual({ pids: [child.pid], usedBytes: 25e8 });

    child.kill('SIGKILL');
    await exited;
    expect(look()).toEqual({ pids: [], usedBytes: 5e8 });
  });
});
