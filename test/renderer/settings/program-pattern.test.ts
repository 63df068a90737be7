import { expect, it } from 'vitest';
import { excludingProgram, programProblem } from '../../../src/renderer/settings/program-pattern.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';

it('says why a program cannot be added', () => {
  expect(programProblem('  ', [])).toBe('empty');
  expect(programProblem('Hades2.EXE ', ['hades2.exe'])).toBe('duplicate');
  expect(programProblem('*.exe', [])).toBe('wildcard');
  expect(programProblem('a'.repeat(1025), [])).toBe('tooLong');
  const full = Array.from({ length: 1000 }, (_, index) => `game${index}`);
  expect(programProblem('one-more', full)).toBe('full');
  expect(programProblem('C:\\Games\\', ['hades2.exe'])).toBeUndefined();
});

it('moves a program from one list to the other', () => {
  const games = { ...DEFAULT_SETTINGS.games, include: ['Steam.exe', 'b.exe'], exclude: ['c.exe'] };
  expect(excludingProgram(games, 'steam.exe')).toEqual({
    games: { include: ['b.exe'], exclude: ['c.exe', 'steam.exe'] },
  });
  expect(excludingProgram(games, 'C.EXE').games.exclude).toEqual(['c.exe']);
});
