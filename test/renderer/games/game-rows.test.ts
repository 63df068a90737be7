import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filterRows, gameRows, sourcesOf } from '../../../src/renderer/games/game-rows.ts';
import { installedGame, installedGames, manyGames } from '../../support/dashboard-game-fixtures.ts';

const titles = (rows: readonly { title: string }[]) => rows.map(({ title }) => title);

it('lists games by title as people sort, numbers by their value', () => {
  const games = ['game 10', 'Éclair', 'game 9', 'Zoo', 'echo'].map((title) =>
    installedGame({ id: `steam:${title}`, title }),
  );
  expect(titles(gameRows(games, {}, 'en'))).toEqual(['echo', 'Éclair', 'game 9', 'game 10', 'Zoo']);
});

it('lists programs that the user has answered for, by their file name', () => {
  const rows = gameRows([], { 'program:C:/Tools/Wall.exe': 'ignore', 'program:solo': 'share' }, 'en');
  expect(rows).toMatchObject([
    { title: 'solo', source: 'program', choice: 'share' },
    { title: 'Wall.exe', source: 'program', path: 'C:/Tools/Wall.exe', choice: 'ignore' },
  ]);
});

it('has no row for a game that is no longer installed', () => {
  expect(gameRows([], { 'steam:7': 'ignore' }, 'en')).toEqual([]);
});

it('finds by any words of title and folder, whatever the case and the accents', () => {
  const rows = gameRows(installedGames(), {}, 'en');
  expect(titles(filterRows(rows, { text: 'PREMIERE pokemon' }))).toEqual(['Pokémon-like: Première Édition']);
  expect(filterRows(rows, { text: '  ' })).toBe(rows);
  expect(filterRows(rows, { text: 'steamapps' })).toHaveLength(rows.length);
  expect(filterRows(rows, { text: 'nothing of the kind' })).toEqual([]);
});

it('narrows by store and by choice', () => {
  const games = [
    ...installedGames(),
    installedGame({ id: 'gog:9', store: 'gog', title: 'X', choice: 'share' }),
  ];
  const rows = gameRows(games, {}, 'en');
  expect(titles(filterRows(rows, { text: '', source: 'gog' }))).toEqual(['Disco Elysium', 'X']);
  expect(titles(filterRows(rows, { text: '', choice: 'share' }))).toEqual(['X']);
  expect(sourcesOf(rows)).toContain('gog');
});

it('never shows what was not there, and keeps the order', () => {
  const rows = gameRows(manyGames(50), {}, 'en');
  fc.assert(
    fc.property(fc.string({ maxLength: 8, unit: 'grapheme' }), (text) => {
      const shown = filterRows(rows, { text });
      const places = shown.map((row) => rows.indexOf(row));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }),
  );
});
