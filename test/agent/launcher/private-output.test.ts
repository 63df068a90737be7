import { expect, test } from 'vitest';
import { isPrivateOutput } from '../../../src/agent/launcher/private-output.ts';

const output = (kind: 'fifo' | 'socket' | 'file') => ({
  isFIFO: () => kind === 'fifo',
  isSocket: () => kind === 'socket',
  dev: 8,
  ino: 4711,
});

test.each(['fifo', 'socket'] as const)('a %s leads to whoever started the program', (kind) => {
  expect(isPrivateOutput(output(kind), undefined)).toBe(true);
  expect(isPrivateOutput(output(kind), '8:1')).toBe(true);
});

test('a file, a terminal, no output at all, and the journal keep what they are given', () => {
  expect(isPrivateOutput(output('file'), undefined)).toBe(false);
  expect(isPrivateOutput(undefined, undefined)).toBe(false);
  expect(isPrivateOutput(output('socket'), '8:4711')).toBe(false);
});
