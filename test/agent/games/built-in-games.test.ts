import { expect, it } from 'vitest';
import { BUILT_IN_GAMES } from '../../../src/agent/games/built-in-games.ts';
import { fileName } from '../../../src/agent/games/program-path.ts';

const executables = BUILT_IN_GAMES.flatMap((game) => game.executables);

it('knows more than a hundred games, each once', () => {
  const titles = BUILT_IN_GAMES.map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(100);
  expect(new Set(titles).size).toBe(titles.length);
});

it('gives every executable to one game only', () => {
  expect(new Set(executables.map((name) => name.toLowerCase())).size).toBe(executables.length);
});

it('holds file names of games, not of ordinary programs', () => {
  const ordinary = [
    'java',
    'wine',
    'steam.exe',
    'game.exe',
    'launcher.exe',
    'start.exe',
    'dolphin',
    'python3',
  ];
  for (const name of executables) {
    expect(fileName(name)).toBe(name);
    expect(ordinary).not.toContain(name.toLowerCase());
  }
});
