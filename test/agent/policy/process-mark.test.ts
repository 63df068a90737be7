import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { processMark } from '../../../src/agent/policy/process-mark.ts';

test('marks a running process always the same, and one that has ended not at all', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const mark = processMark(pid);
  expect(mark).toBeTypeOf('string');
  expect(processMark(pid)).toBe(mark);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(processMark(pid)).toBeUndefined();
});

test.runIf(process.platform === 'linux')('tells processes of different age apart', () => {
  expect(processMark(1)).not.toBe(processMark(process.pid));
});
