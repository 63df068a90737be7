import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type PolicySignals } from '../../../src/agent/policy/decide.ts';
import { pauseReasonCodeSchema, pauseReasonSchema } from '../../../src/shared/pause-reason.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';

const START = Date.parse('2026-11-20T10:00:00.000Z');
const at = (ms: number): Date => new Date(START + ms);
const iso = (ms: number): string => at(ms).toISOString();

const READY: PolicySignals = {
  startedAt: at(0),
  starting: false,
  shuttingDownSince: null,
  games: [],
  lastGame: null,
  userPause: null,
  leases: [],
  sandbox: { view: { mechanism: 'bubblewrap', working: true, detail: 'Works.' }, since: at(0) },
  fault: null,
};

const game = (name: string) => ({ pid: 7, name, executable: `/games/${name}`, why: 'listed', since: iso(1) });
const lease = (expiresMs: number, title?: string) => ({
  lease: { id: 'a', reason: 'Starting', ttlSeconds: 60, expiresAt: iso(expiresMs), ...(title && { title }) },
  since: iso(0),
  ownerMark: null,
});
const withDelay = (resumeDelaySeconds: number): Settings => ({
  ...DEFAULT_SETTINGS,
  games: { ...DEFAULT_SETTINGS.games, resumeDelaySeconds },
});

describe('decide', () => {
  test('lets compute run when nothing speaks against it', () => {
    expect(decide(READY, DEFAULT_SETTINGS, at(0))).toEqual({ run: true, reasons: [], resumesAt: null });
  });

  test('pauses for each game that runs, without an end that could be known', () => {
    const decision = decide({ ...READY, games: [game('Hades II'), game('Dota 2')] }, DEFAULT_SETTINGS, at(5));
    expect(decision.run).toBe(false);
    expect(decision.resumesAt).toBeNull();
    expect(decision.reasons.map((reason) => reason.message)).toEqual([
      'Hades II is running',
      'Dota 2 is running',
    ]);
  });

  test('waits after the last game for the delay in the settings', () => {
    const signals = { ...READY, lastGame: { name: 'Hades II', endedAt: at(1000) } };
    const settings = withDelay(10);
    expect(decide(signals, settings, at(10_999))).toMatchObject({
      run: false,
      resumesAt: iso(11_000),
      reasons: [{ code: 'game-running', message: 'Hades II has just ended', until: iso(11_000) }],
    });
    expect(decide(signals, settings, at(11_000)).run).toBe(true);
    expect(decide(signals, withDelay(0), at(1000)).run).toBe(true);
  });

  test('holds a pause lease until it expires', () => {
    const signals = { ...READY, leases: [lease(5000, 'Hades II')] };
    expect(decide(signals, DEFAULT_SETTINGS, at(4999))).toMatchObject({
      resumesAt: iso(5000),
      reasons: [{ code: 'pause-lease', message: 'Hades II: Starting' }],
    });
    expect(decide(signals, DEFAULT_SETTINGS, at(5000)).run).toBe(true);
  });

  test('keeps each kind of user pause until its own end', () => {
    const timed = { ...READY, userPause: { kind: 'timed', since: iso(0), until: iso(60_000) } as const };
    expect(decide(timed, DEFAULT_SETTINGS, at(59_999)).resumesAt).toBe(iso(60_000));
    expect(decide(timed, DEFAULT_SETTINGS, at(60_000)).run).toBe(true);

    const resumed = { ...READY, userPause: { kind: 'resumed', since: iso(0) } as const };
    expect(decide(resumed, DEFAULT_SETTINGS, at(1e12))).toMatchObject({ run: false, resumesAt: null });

    const untilGamesEnd = (played: boolean) =>
      ({ ...READY, userPause: { kind: 'games-end', since: iso(0), played } }) as const;
    expect(decide(untilGamesEnd(false), DEFAULT_SETTINGS, at(1)).run).toBe(false);
    expect(decide(untilGamesEnd(true), DEFAULT_SETTINGS, at(1)).run).toBe(true);
    expect(
      decide({ ...untilGamesEnd(true), games: [game('Hades II')] }, DEFAULT_SETTINGS, at(1)).reasons,
    ).toHaveLength(2);
  });

  test('refuses to run without a sandbox unless the user allowed it', () => {
    const view = { mechanism: 'none', working: false, detail: 'Install bubblewrap.' };
    const signals = { ...READY, sandbox: { view, since: at(0) } };
    expect(decide(signals, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([
      { code: 'no-sandbox', message: 'Install bubblewrap.' },
    ]);
    const allowed = { ...DEFAULT_SETTINGS, compute: { ...DEFAULT_SETTINGS.compute, allowUnsandboxed: true } };
    expect(decide(signals, allowed, at(1)).run).toBe(true);
  });

  test('is starting until games and sandbox were looked at', () => {
    const code = (signals: PolicySignals) =>
      decide(signals, DEFAULT_SETTINGS, at(1)).reasons.map((reason) => reason.code);
    expect(code({ ...READY, starting: true })).toEqual(['starting']);
    expect(code({ ...READY, sandbox: null })).toEqual(['starting']);
  });
});

const timeArbitrary = fc.integer({ min: -100_000, max: 100_000 });
const signalsArbitrary: fc.Arbitrary<PolicySignals> = fc.record({
  startedAt: timeArbitrary.map(at),
  starting: fc.boolean(),
  shuttingDownSince: fc.option(timeArbitrary.map(at)),
  games: fc.array(fc.string().map(game), { maxLength: 3 }),
  lastGame: fc.option(fc.record({ name: fc.string(), endedAt: timeArbitrary.map(at) })),
  userPause: fc.option(
    fc.oneof(
      fc.record({
        kind: fc.constant('timed' as const),
        since: fc.constant(iso(0)),
        until: timeArbitrary.map(iso),
      }),
      fc.record({
        kind: fc.constant('games-end' as const),
        since: fc.constant(iso(0)),
        played: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('resumed' as const), since: fc.constant(iso(0)) }),
    ),
  ),
  leases: fc.array(
    timeArbitrary.map((expiresMs) => lease(expiresMs)),
    { maxLength: 3 },
  ),
  sandbox: fc.option(
    fc.boolean().map((working) => ({
      view: { mechanism: 'bubblewrap', working, detail: 'As it is.' },
      since: at(0),
    })),
  ),
  fault: fc.option(fc.record({ message: fc.string(), since: timeArbitrary.map(at) })),
});
const settingsArbitrary: fc.Arbitrary<Settings> = fc
  .record({ allowUnsandboxed: fc.boolean(), resumeDelaySeconds: fc.integer({ min: 0, max: 60 }) })
  .map(({ allowUnsandboxed, resumeDelaySeconds }) => ({
    ...withDelay(resumeDelaySeconds),
    compute: { ...DEFAULT_SETTINGS.compute, allowUnsandboxed },
  }));

/** The causes that hold, told apart from `decide` in the plainest way. */
function causes(signals: PolicySignals, settings: Settings, now: number): string[] {
  const { userPause, games, lastGame, sandbox } = signals;
  const delayMs = settings.games.resumeDelaySeconds * 1000;
  const userPaused =
    userPause !== null &&
    (userPause.kind === 'resumed' ||
      (userPause.kind === 'timed' && now < Date.parse(userPause.until)) ||
      (userPause.kind === 'games-end' && (games.length > 0 || !userPause.played)));
  return [
    ...(signals.shuttingDownSince === null ? [] : ['shutting-down']),
    ...games.map(() => 'game-running'),
    ...(games.length === 0 && lastGame !== null && now < lastGame.endedAt.getTime() + delayMs
      ? ['game-running']
      : []),
    ...signals.leases.filter((held) => now < Date.parse(held.lease.expiresAt)).map(() => 'pause-lease'),
    ...(userPaused ? ['user-paused'] : []),
    ...(sandbox !== null && !sandbox.view.working && !settings.compute.allowUnsandboxed
      ? ['no-sandbox']
      : []),
    ...(signals.fault === null ? [] : ['worker-fault']),
    ...(signals.starting || sandbox === null ? ['starting'] : []),
  ];
}

describe('for all signals', () => {
  test('compute runs exactly when there is no reason, and the reasons are exactly the causes', () => {
    fc.assert(
      fc.property(signalsArbitrary, settingsArbitrary, timeArbitrary, (signals, settings, now) => {
        const decision = decide(signals, settings, at(now));
        const codes = decision.reasons.map((reason) => reason.code);
        expect(codes).toEqual(causes(signals, settings, at(now).getTime()));
        expect(decision.run).toBe(codes.length === 0);
        const order = codes.map((code) => pauseReasonCodeSchema.options.indexOf(code));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        for (const reason of decision.reasons) pauseReasonSchema.parse(reason);
      }),
    );
  });

  test('if nothing changes, compute resumes at resumesAt and not a millisecond before', () => {
    fc.assert(
      fc.property(signalsArbitrary, settingsArbitrary, timeArbitrary, (signals, settings, now) => {
        const { run, resumesAt, reasons } = decide(signals, settings, at(now));
        if (resumesAt === null) {
          const far = decide(signals, settings, new Date('2100-01-01T00:00:00.000Z'));
          expect(far.run).toBe(run);
          return;
        }
        expect(reasons.length).toBeGreaterThan(0);
        const end = Date.parse(resumesAt);
        expect(end).toBeGreaterThan(at(now).getTime());
        expect(decide(signals, settings, new Date(end)).run).toBe(true);
        expect(decide(signals, settings, new Date(end - 1)).run).toBe(false);
      }),
    );
  });
});
