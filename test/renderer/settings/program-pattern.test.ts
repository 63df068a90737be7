import { expect, it } from 'vitest';
import { programProblem } from '../../../src/renderer/settings/program-pattern.ts';

it('says why a program cannot be added', () => {
  expect(programProblem('  ', [])).toBe('empty');
  expect(programProblem('Hades2.EXE ', ['hades2.exe'])).toBe('duplicate');
  expect(programProblem('*.exe', [])).toBe('wildcard');
  expect(programProblem('a'.repeat(1025), [])).toBe('tooLong');
  const full = Array.from({ length: 1000 }, (_, index) => `game${index}`);
  expect(programProblem('one-more', full)).toBe('full');
  expect(programProblem('C:\\Games\\', ['hades2.exe'])).toBeUndefined();
});
