import { expect, test } from 'vitest';
import { coreLimit } from '../../src/shared/core-limit.ts';

const line = (soft: string, hard: string) =>
  `Max stack size            8388608              unlimited            bytes     \nMax core file size        ${soft.padEnd(20)} ${hard.padEnd(20)} bytes     \n`;

test('is one byte, at which the kernel gives a dump to no program', () => {
  expect(coreLimit(line('0', 'unlimited'))).toBe(1);
  expect(coreLimit(line('1', '1'))).toBe(1);
});

test('is 0 where nothing more is allowed', () => {
  expect(coreLimit(line('0', '0'))).toBe(0);
});
