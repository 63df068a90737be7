import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../../src/agent/games/classify/classify.ts';
import type { ProcessEvidence } from '../../../../src/agent/games/classify/evidence.ts';
import type { InstalledGame } from '../../../../src/shared/installed-game.ts';

const GAME: InstalledGame = {
  id: 'steam:1145350',
  store: 'steam',
  title: 'Hades II',
  folder: 'D:\\Steam\\steamapps\\common\\Hades II',
  sizeBytes: null,
};
const NOTHING: ProcessEvidence = {
  platform: 'win32',
  programs: ['D:/tools/thing.exe'],
  argv: [],
  ancestors: [],
  steamAppId: null,
  installed: null,
  beside: [],
  window: null,
  drawsOnGpu: null,
  inGameMode: false,
  choice: null,
};

function judge(known: Partial<ProcessEvidence>) {
  return classify({ ...NOTHING, ...known });
}

describe('classify', () => {
  it('names an installed game by its title and its store’s id, and says why', () => {
    expect(
      judge({ programs: ['D:/Steam/steamapps/common/Hades II/Ship/Hades2.exe'], installed: GAME }),
    ).toEqual({
      kind: 'game',
      name: 'Hades II',
      key: 'steam:1145350',
      executable: 'D:/Steam/steamapps/common/Hades II/Ship/Hades2.exe',
      reasons: ['It is part of Hades II, an installed game.'],
    });
  });

  it('knows an installed game before anything else of it is known', () => {
    const known = { programs: ['D:/Steam/steamapps/common/Hades II/x.exe'], installed: GAME, beside: null };
    expect(judge(known).kind).toBe('game');
  });

  it('knows a game that is called like a part of a desktop, or is Java of its own', () => {
    for (const file of ['Marco.exe', 'jre/bin/javaw.exe']) {
      expect(judge({ programs: [`D:/Steam/steamapps/common/Hades II/${file}`], installed: GAME }).kind).toBe(
        'game',
      );
    }
    expect(judge({ programs: ['C:/Program Files/Java/bin/javaw.exe'] }).kind).toBe('not-a-game');
  });

  it('names an unknown program by its file, and keeps its path as the key', () => {
    const verdict = judge({
      programs: ['D:/jam/Jam-Win64-Shipping.exe'],
      beside: ['Jam-Win64-Shipping.exe'],
      window: 'full-screen',
      drawsOnGpu: true,
    });
    expect(verdict).toMatchObject({
      kind: 'game',
      name: 'Jam',
      key: 'program:D:/jam/Jam-Win64-Shipping.exe',
    });
    expect(verdict.reasons[0]).toContain('Unreal');
  });

  it('asks about an unknown program that fills the screen and draws, and not about one in a window', () => {
    expect(judge({ window: 'full-screen', drawsOnGpu: true }).kind).toBe('maybe');
    expect(judge({ window: 'foreground', drawsOnGpu: true }).kind).toBe('not-a-game');
    expect(judge({}).reasons).toEqual(['Nothing speaks for a game.']);
  });

  it('asks about an engine’s files outside every library', () => {
    expect(judge({ beside: ['thing.pck'] }).kind).toBe('maybe');
    expect(judge({ beside: ['Thing_Data'] }).kind).toBe('maybe');
    expect(judge({ beside: ['Other_Data'] }).kind).toBe('not-a-game');
  });

  it('believes the store that something is no game, whatever its files say', () => {
    const tool = {
      beside: ['UnityPlayer.dll', 'steam_api64.dll'],
      ruledOut: 'is of Steam’s type “application”',
    };
    expect(judge({ ...tool, window: 'full-screen', drawsOnGpu: true, steamAppId: '7' })).toMatchObject({
      kind: 'not-a-game',
      reasons: ['Its store says so: is of Steam’s type “application”'],
    });
  });

  it('reads the menu of applications', () => {
    const shown = { window: 'full-screen', drawsOnGpu: true } as const;
    expect(judge({ categories: ['Game', 'ArcadeGame'] }).kind).toBe('game');
    expect(judge({ categories: ['Game', 'Utility'] }).kind).toBe('not-a-game');
    expect(judge({ categories: ['System', 'TerminalEmulator'], ...shown }).kind).toBe('not-a-game');
    expect(judge({ categories: ['X-Unknown'], ...shown }).kind).toBe('maybe');
  });

  it('takes a launcher that is played in for the game', () => {
    const launcher = { programs: ['D:/Steam/steamapps/common/Hades II/Launcher.exe'], installed: GAME };
    expect(judge(launcher).kind).toBe('not-a-game');
    expect(judge({ ...launcher, window: 'full-screen', drawsOnGpu: true }).kind).toBe('game');
  });

  it('does not take what an installed game is called for what it is', () => {
    const editor = { ...GAME, title: 'Bridge Editor Story' };
    const programs = ['D:/Steam/steamapps/common/Hades II/BridgeEditor.exe'];
    expect(judge({ programs, installed: editor }).kind).toBe('game');
    expect(judge({ programs, installed: { ...GAME, title: 'Bridge Editor' } }).kind).toBe('not-a-game');
    expect(judge({ programs, installed: GAME }).kind).toBe('not-a-game');
  });

  it('survives evidence with nothing in it', () => {
    expect(judge({ programs: [] })).toMatchObject({ kind: 'not-a-game', key: 'program:unknown' });
    expect(judge({ programs: [''] }).name).toBe('Unknown program');
  });
});

const word = fc.constantFrom(
  ...[
    'steam',
    'Foo',
    'launcher',
    'UnityCrashHandler64.exe',
    'Game.exe',
    'wine64-preloader',
    'steamapps',
    'common',
  ],
  ...[
    'Games',
    '..',
    '',
    'C:',
    '_CommonRedist',
    'usr',
    'games',
    'bin',
    'ſetup',
    'İ',
    '\ud800',
    '\u0000',
    '🎮.exe',
  ],
);
const path = fc.oneof(
  fc.array(word, { maxLength: 8 }).map((words) => words.join('/')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  // Bytes that are no UTF-8, as the process list reads them.
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
);
const argument = fc.oneof(
  path,
  fc.constantFrom('--type=gpu-process', '-windowed', '-jar', 'x.iso', '-epicapp=x'),
);
const evidence: fc.Arbitrary<ProcessEvidence> = fc.record({
  platform: fc.constantFrom('linux', 'win32'),
  programs: fc.array(path, { maxLength: 4 }),
  argv: fc.array(argument, { maxLength: 10 }),
  ancestors: fc.array(fc.array(argument, { maxLength: 3 }), { maxLength: 5 }),
  steamAppId: fc.option(fc.string({ maxLength: 5 })),
  installed: fc.option(fc.constant(GAME)),
  ruledOut: fc.option(fc.string({ maxLength: 10 })),
  beside: fc.option(
    fc.array(fc.oneof(path, fc.constantFrom('UnityPlayer.dll', '../renpy', 'icudtl.dat')), { maxLength: 20 }),
  ),
  categories: fc.option(fc.array(fc.constantFrom('Game', 'WebBrowser', 'x'), { maxLength: 3 })),
  window: fc.constantFrom('behind', 'foreground', 'full-screen', null),
  drawsOnGpu: fc.constantFrom(true, false, null),
  inGameMode: fc.boolean(),
  choice: fc.constantFrom('pause', 'ignore', 'share', null),
});
const RANK = { 'not-a-game': 0, maybe: 1, game: 2 } as const;

describe('whatever is known', () => {
  it('judges without throwing, the same each time, with a name, a key and a reason', () => {
    fc.assert(
      fc.property(evidence, (known) => {
        const verdict = classify(known);
        expect(classify(structuredClone(known))).toEqual(verdict);
        expect(verdict.name.length).toBeGreaterThan(0);
        expect(verdict.key.length).toBeGreaterThan(0);
        expect(verdict.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets the user’s word win', () => {
    fc.assert(
      fc.property(evidence, (known) => {
        expect(classify({ ...known, choice: 'ignore' }).kind).toBe('not-a-game');
        expect(classify({ ...known, choice: 'pause' }).kind).toBe('game');
        expect(classify({ ...known, choice: 'share' }).kind).toBe('game');
      }),
    );
  });

  it('makes nothing less of a game by what can only speak for one', () => {
    const name = fc.constantFrom(
      'foo.exe',
      'Launcher.exe',
      'bar-Win64-Shipping.exe',
      'crashpad_handler',
      'x',
    );
    fc.assert(
      fc.property(evidence, name, (known, file) => {
        // Folders inside a game may say more, as those of tools do: here its program lies in the game's own.
        const own = { ...known, programs: [`D:/Steam/steamapps/common/Hades II/${file}`], choice: null };
        const rank = (more: Partial<ProcessEvidence>) => RANK[classify({ ...own, ...more }).kind];
        expect(rank({ installed: GAME })).toBeGreaterThanOrEqual(rank({ installed: null }));
        expect(rank({ inGameMode: true })).toBeGreaterThanOrEqual(rank({ inGameMode: false }));
        expect(rank({ window: 'full-screen' })).toBeGreaterThanOrEqual(rank({ window: 'foreground' }));
        expect(rank({ window: 'foreground' })).toBeGreaterThanOrEqual(rank({ window: 'behind' }));
        expect(rank({ drawsOnGpu: true })).toBeGreaterThanOrEqual(rank({ drawsOnGpu: false }));
        expect(rank({ steamAppId: '1' })).toBeGreaterThanOrEqual(rank({ steamAppId: null }));
      }),
      { numRuns: 1_000 },
    );
  });

  it('judges huge command lines and paths in little time', () => {
    const long = 'a/'.repeat(200_000);
    const huge = Array.from({ length: 20_000 }, (_, at) => `-D${at}=${'launcher '.repeat(50)}`);
    const started = performance.now();
    judge({
      programs: [`/${long}x.exe`],
      argv: ['x', long, ...huge],
      beside: huge,
      ancestors: [huge, [long]],
    });
    judge({
      programs: [`/x/${'Aa1'.repeat(100_000)}`],
      argv: [' '.repeat(1_000_000), '-'.repeat(1_000_000)],
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
