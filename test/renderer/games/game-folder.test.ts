import { expect, it } from 'vitest';
import { folderProblem } from '../../../src/renderer/games/game-folder.ts';

it('takes whole paths of every system', () => {
  for (const folder of ['/games', 'D:\\Games', 'd:/Games/', '\\\\server\\games', '/'])
    expect(folderProblem(folder, [])).toBeUndefined();
});

it('says why a folder cannot be added', () => {
  expect(folderProblem(' ', [])).toBe('empty');
  expect(folderProblem('games', [])).toBe('relative');
  expect(folderProblem('C:games', [])).toBe('relative');
  expect(folderProblem('/games/', ['/games'])).toBe('duplicate');
  expect(folderProblem(`/${'a'.repeat(4096)}`, [])).toBe('tooLong');
  expect(
    folderProblem(
      '/one-more',
      Array.from({ length: 100 }, (_, index) => `/${index}`),
    ),
  ).toBe('full');
});
