import { describe, expect, it } from 'vitest';
import { runningApp } from '../../../../src/agent/games/signals/steam-app.win32.ts';

const STEAM_PATH = 'C:\\Program Files (x86)\\Steam\\steam.exe';

function look(app: string | undefined, pid: string | undefined, program: string | undefined): number | null {
  const values: Record<string, string | undefined> = {
    'Software\\Valve\\Steam RunningAppID': app,
    'Software\\Valve\\Steam\\ActiveProcess pid': pid,
  };
  return runningApp({ value: (_root, key, name) => values[`${key} ${name}`] }, (asked) =>
    String(asked) === pid ? program : undefined,
  );
}

describe("Steam's running app on Windows", () => {
  it.each<[string, string | undefined, string | undefined, string | undefined, number | null]>([
    ['not known without Steam', undefined, undefined, undefined, null],
    ['none while Steam only runs', '0', '4711', STEAM_PATH, 0],
    ['none while Steam does not run', '0', '0', undefined, 0],
    ['told while a game runs', '1091500', '4711', STEAM_PATH, 1_091_500],
    ['told of games that are not from Steam', '4294967295', '4711', STEAM_PATH, 4_294_967_295],
    ['told however the program is written', '620', '4711', 'D:/STEAM/Steam.EXE', 620],
    ['none when Steam was killed while a game ran', '620', '4711', undefined, 0],
    ['none when another program has its number', '620', '4711', 'C:\\Windows\\notepad.exe', 0],
    ['none when the other program is only named alike', '620', '4711', 'C:\\mysteam.exe', 0],
    ['none when Steam never said its number', '620', undefined, undefined, 0],
    ['none when Steam left the number 0', '620', '0', STEAM_PATH, 0],
    ['not known when the value is a text', 'Portal 2', '4711', STEAM_PATH, null],
  ])('is %s', (_what, app, pid, program, expected) => {
    expect(look(app, pid, program)).toBe(expected);
  });
});
