import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NoticeBoard } from '../../../src/agent/notice-board.ts';
import { SettingsStore } from '../../../src/agent/settings/settings-store.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const clock: Clock = { now: () => new Date('2026-11-20T10:00:00.000Z') };
let folder: ReturnType<typeof temporaryFolder>;
let notices: NoticeBoard;

beforeEach(() => {
  folder = temporaryFolder();
  notices = new NoticeBoard(clock);
});
afterEach(() => folder[Symbol.dispose]());

const open = () => new SettingsStore({ dataFolder: folder.path, notices, clock });
const file = () => join(folder.path, 'settings.json');

describe('settings', () => {
  test('are the defaults at first, and nothing is written', () => {
    expect(open().current).toEqual(DEFAULT_SETTINGS);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('are kept, for the user alone, and told to listeners', () => {
    const store = open();
    const told: Settings[] = [];
    store.on('change', (settings) => told.push(settings));
    const changed = store.update({ games: { resumeDelaySeconds: 30 }, appearance: { theme: 'dark' } });
    expect(changed.games).toEqual({ ...DEFAULT_SETTINGS.games, resumeDelaySeconds: 30 });
    expect(told).toEqual([changed]);
    expect(open().current).toEqual(changed);
    if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ version: 1, settings: changed });
  });

  test('tell nobody when nothing changes', () => {
    const store = open();
    store.on('change', () => expect.unreachable());
    store.update({ appearance: { theme: 'system' } });
  });

  test('refuse a value out of range and stay as they were', () => {
    const store = open();
    expect(() => store.update({ games: { resumeDelaySeconds: -1 } })).toThrow(
      expect.objectContaining({ code: 'invalid-settings', param: 'games.resumeDelaySeconds' }),
    );
    expect(store.current).toEqual(DEFAULT_SETTINGS);
  });

  test('stay as they were when they cannot be written', () => {
    const store = open();
    mkdirSync(file());
    expect(() => store.update({ appearance: { theme: 'dark' } })).toThrow(
      expect.objectContaining({ code: 'data-folder-unusable' }),
    );
    expect(store.current).toEqual(DEFAULT_SETTINGS);
  });

  test('take fields that an older version lacked from the defaults', () => {
    writeFileSync(file(), JSON.stringify({ version: 1, settings: { games: { include: ['a.exe'] } } }));
    expect(open().current).toEqual({
      ...DEFAULT_SETTINGS,
      games: { ...DEFAULT_SETTINGS.games, include: ['a.exe'] },
    });
    expect(notices.list()).toEqual([]);
  });

  test('are migrated from a file without a version', () => {
    writeFileSync(file(), JSON.stringify({ games: { resumeDelaySeconds: 3 } }));
    expect(open().current.games.resumeDelaySeconds).toBe(3);
    expect(notices.list()).toEqual([]);
  });
});

describe('a damaged file', () => {
  test.each([
    ['cut off', '{"version":1,"settings":{"ga'],
    ['empty', ''],
    ['not an object', '[]'],
    ['a value out of range', '{"version":1,"settings":{"games":{"resumeDelaySeconds":-5}}}'],
    ['a group of another type', '{"version":1,"settings":{"games":[]}}'],
    ['from a newer version', '{"version":99,"settings":{}}'],
    ['binary', '\u0000\u0001\u0002'],
  ])('is kept aside, the defaults are used and the user is told: %s', (_name, content) => {
    writeFileSync(file(), content);
    const store = open();
    expect(store.current).toEqual(DEFAULT_SETTINGS);
    const aside = 'settings.damaged-2026-11-20T10-00-00-000Z.json';
    expect(readdirSync(folder.path)).toEqual([aside]);
    expect(readFileSync(join(folder.path, aside), 'utf8')).toBe(content);
    expect(notices.list()).toMatchObject([{ code: 'settings-damaged', level: 'warning' }]);
    expect(notices.list()[0]?.message).toContain(aside);
    store.update({ appearance: { theme: 'dark' } });
    expect(open().current.appearance.theme).toBe('dark');
  });
});
