import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type PolicySignals } from '../../../src/agent/policy/decide.ts';
import type { SandboxView } from '../../../src/shared/local-api.ts';
import { pauseReasonCodeSchema, pauseReasonSchema } from '../../../src/shared/pause-reason.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { gameView } from '../../support/game-view.ts';

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
  lastInputAt: null,
  inUseWaived: false,
  gpuBusySince: null,
  processorBusySince: null,
  recordedSince: null,
  meteredSince: null,
  gpu: { state: 'absent', detail: null, since: at(0), cards: [] },
  onBatterySince: null,
  loss: null,
  sandbox: {
    view: { mechanism: 'bubblewrap', working: true, detail: 'Works.', protections: [], selfTest: null },
    since: at(0),
  },
  fault: null,
};

const game = (name: string) => gameView(name, { since: iso(1) });
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
    expect(decide(READY, DEFAULT_SETTINGS, at(0))).toEqual({
      run: true,
      reasons: [],
      resumesAt: null,
      limits: { gpus: null },
      reviewAt: null,
    });
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
    const signals = { ...READY, lastGame: { name: 'Hades II', endedAt: at(1000), gpuUuids: null } };
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
    const view: SandboxView = {
      mechanism: 'none',
      working: false,
      detail: 'Install bubblewrap.',
      protections: [],
      selfTest: null,
    };
    const signals = { ...READY, sandbox: { view, since: at(0) } };
    expect(decide(signals, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([
      { code: 'no-sandbox', message: 'Install bubblewrap.' },
    ]);
    const allowed = { ...DEFAULT_SETTINGS, compute: { ...DEFAULT_SETTINGS.compute, allowUnsandboxed: true } };
    expect(decide(signals, allowed, at(1)).run).toBe(true);
  });

  test('is starting until games, sandbox and cards were looked at', () => {
    const code = (signals: PolicySignals) =>
      decide(signals, DEFAULT_SETTINGS, at(1)).reasons.map((reason) => reason.code);
    expect(code({ ...READY, starting: true })).toEqual(['starting']);
    expect(code({ ...READY, sandbox: null })).toEqual(['starting']);
    expect(code({ ...READY, gpu: { ...READY.gpu, state: 'starting' } })).toEqual(['starting']);
  });

  const card = (uuid: string, block: PolicySignals['gpu']['cards'][number]['block'] = null) => ({
    uuid,
    minorNumber: 0,
    dutyCycle: 0.5,
    block,
  });
  const hot = { code: 'gpu-too-hot' as const, message: 'The RTX 4070 is at 88 °C', since: at(0) };
  const withCards = (...cards: PolicySignals['gpu']['cards']): PolicySignals => ({
    ...READY,
    gpu: { ...READY.gpu, state: 'ready', cards },
  });

  test('keeps compute to the cards that may work, at their pace', () => {
    const decision = decide(withCards(card('GPU-a', hot), card('GPU-b')), DEFAULT_SETTINGS, at(1));
    expect(decision).toMatchObject({
      run: true,
      limits: { gpus: [{ uuid: 'GPU-b', minorNumber: 0, dutyCycle: 0.5 }] },
    });
  });

  test('pauses when no card may work, and says why', () => {
    const memory = { ...hot, code: 'gpu-memory-needed' as const };
    const decision = decide(withCards(card('GPU-a', memory), card('GPU-b', hot)), DEFAULT_SETTINGS, at(1));
    expect(decision.reasons.map((reason) => reason.code)).toEqual(['gpu-too-hot', 'gpu-memory-needed']);
    expect(decision.limits).toEqual({ gpus: [] });
  });

  test('pauses while the driver is away, and on the battery unless the user allowed it', () => {
    const lost = { ...READY, gpu: { ...READY.gpu, state: 'lost' as const, detail: 'It was updated.' } };
    expect(decide(lost, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([
      { code: 'gpu-unavailable', message: 'It was updated.' },
    ]);
    const unplugged = { ...READY, onBatterySince: at(0) };
    expect(decide(unplugged, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([{ code: 'on-battery' }]);
    const allowed = { ...DEFAULT_SETTINGS, gpu: { ...DEFAULT_SETTINGS.gpu, onBattery: true } };
    expect(decide(unplugged, allowed, at(1)).run).toBe(true);
  });

  test('pauses by the schedule, and says when that and the next change come', () => {
    // Local time, as the user means it.
    const evening = new Date(2026, 10, 20, 22, 30);
    const rule = { days: [5], from: '22:00', until: '06:00', preset: 'off' as const };
    const settings = { ...DEFAULT_SETTINGS, gpu: { ...DEFAULT_SETTINGS.gpu, schedule: [rule] } };
    const morning = new Date(2026, 10, 21, 6, 0).toISOString();
    expect(decide(READY, settings, evening)).toMatchObject({
      run: false,
      resumesAt: morning,
      reasons: [{ code: 'schedule', until: morning }],
    });
    expect(decide(READY, settings, new Date(2026, 10, 20, 21, 0))).toMatchObject({
      run: true,
      reviewAt: new Date(2026, 10, 20, 22, 0).toISOString(),
    });
  });

  test('goes on at a low pace on the card of a game that the user shares it with', () => {
    const shared = gameView('Dota 2', { choice: 'share', gpuUuids: ['GPU-a'] });
    const decision = decide(
      { ...withCards(card('GPU-a'), card('GPU-b')), games: [shared] },
      DEFAULT_SETTINGS,
      at(1),
    );
    expect(decision.run).toBe(true);
    expect(decision.limits.gpus?.map((gpu) => gpu.dutyCycle)).toEqual([0.25, 0.5]);
  });

  test('does not take a game that the user shares the card with for other work on it', () => {
    const games = [gameView('Dota 2', { choice: 'share' })];
    const busy = { ...withCards(card('GPU-a')), gpuBusySince: at(0) };
    expect(decide(busy, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([{ code: 'machine-busy' }]);
    expect(decide({ ...busy, games }, DEFAULT_SETTINGS, at(1)).run).toBe(true);
  });

  test('leaves a game its own card and works on another, if the user chose so and the card is known', () => {
    const settings = { ...DEFAULT_SETTINGS, games: { ...DEFAULT_SETTINGS.games, onlyItsCard: true } };
    const on = (gpuUuids: string[] | null) => ({
      ...withCards(card('GPU-a'), card('GPU-b')),
      games: [gameView('Dota 2', { gpuUuids })],
    });
    expect(decide(on(['GPU-a']), settings, at(1))).toMatchObject({
      run: true,
      limits: { gpus: [{ uuid: 'GPU-b' }] },
    });
    expect(decide(on(['GPU-a', 'GPU-b']), settings, at(1)).run).toBe(false);
    expect(decide(on(null), settings, at(1)).run).toBe(false);
    expect(decide(on(['GPU-a']), DEFAULT_SETTINGS, at(1)).run).toBe(false);
  });

  test('says that a program may be a game', () => {
    const games = [gameView('Mystery', { certainty: 'maybe' })];
    expect(decide({ ...READY, games }, DEFAULT_SETTINGS, at(1)).reasons).toMatchObject([
      { code: 'game-running', message: 'Mystery may be a game' },
    ]);
  });

  test('pauses while the computer is used, unless it has a spare card or the user does not mind', () => {
    const used = { ...withCards(card('GPU-a')), lastInputAt: at(0) };
    expect(decide(used, DEFAULT_SETTINGS, at(1))).toMatchObject({
      reasons: [{ code: 'in-use' }],
      resumesAt: iso(5 * 60_000),
    });
    expect(decide(used, DEFAULT_SETTINGS, at(5 * 60_000)).run).toBe(true);
    const spare = { ...withCards(card('GPU-a'), card('GPU-b')), lastInputAt: at(0) };
    expect(decide(spare, DEFAULT_SETTINGS, at(1)).run).toBe(true);
    expect(decide({ ...used, inUseWaived: true }, DEFAULT_SETTINGS, at(1)).run).toBe(true);
  });

  test('pauses at a loss until the hour in which work pays again', () => {
    const signals = { ...READY, loss: { message: 'Electricity is dear now', since: at(0), until: at(5000) } };
    expect(decide(signals, DEFAULT_SETTINGS, at(4999)).reasons).toMatchObject([
      { code: 'costs-money', until: iso(5000) },
    ]);
    expect(decide(signals, DEFAULT_SETTINGS, at(5000)).run).toBe(true);
    const mayLose = { ...DEFAULT_SETTINGS, energy: { ...DEFAULT_SETTINGS.energy, stopAtLoss: false } };
    expect(decide(signals, mayLose, at(1)).run).toBe(true);
  });
});

const timeArbitrary = fc.integer({ min: -100_000, max: 100_000 });
const uuidArbitrary = fc.constantFrom('GPU-1', 'GPU-2', 'GPU-3');
const gpuUuidsArbitrary = fc.option(fc.uniqueArray(uuidArbitrary, { maxLength: 2 }));
const gameArbitrary = fc
  .record({
    name: fc.string(),
    choice: fc.constantFrom('pause' as const, 'share' as const),
    certainty: fc.constantFrom('game' as const, 'maybe' as const),
    gpuUuids: gpuUuidsArbitrary,
  })
  .map(({ name, ...change }) => gameView(name, { since: iso(1), ...change }));
const cardArbitrary = fc.record({
  uuid: uuidArbitrary,
  minorNumber: fc.option(fc.nat(8)),
  dutyCycle: fc.double({ min: 0.01, max: 1, noNaN: true }),
  block: fc.option(
    fc.record({
      code: fc.constantFrom('gpu-too-hot' as const, 'gpu-memory-needed' as const, 'no-gpu-allowed' as const),
      message: fc.string(),
      since: timeArbitrary.map(at),
    }),
  ),
});
const signalsArbitrary: fc.Arbitrary<PolicySignals> = fc.record({
  startedAt: timeArbitrary.map(at),
  starting: fc.boolean(),
  shuttingDownSince: fc.option(timeArbitrary.map(at)),
  games: fc.array(gameArbitrary, { maxLength: 3 }),
  lastGame: fc.option(
    fc.record({ name: fc.string(), endedAt: timeArbitrary.map(at), gpuUuids: gpuUuidsArbitrary }),
  ),
  lastInputAt: fc.option(timeArbitrary.map(at)),
  inUseWaived: fc.boolean(),
  gpuBusySince: fc.option(timeArbitrary.map(at)),
  processorBusySince: fc.option(timeArbitrary.map(at)),
  recordedSince: fc.option(timeArbitrary.map(at)),
  meteredSince: fc.option(timeArbitrary.map(at)),
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
  gpu: fc.record({
    state: fc.constantFrom('starting' as const, 'absent' as const, 'ready' as const, 'lost' as const),
    detail: fc.option(fc.string()),
    since: timeArbitrary.map(at),
    cards: fc.array(cardArbitrary, { maxLength: 3 }),
  }),
  onBatterySince: fc.option(timeArbitrary.map(at)),
  loss: fc.option(
    fc.record({
      message: fc.string(),
      since: timeArbitrary.map(at),
      until: fc.option(timeArbitrary.map(at)),
    }),
  ),
  sandbox: fc.option(
    fc.boolean().map((working) => ({
      view: { mechanism: 'bubblewrap', working, detail: 'As it is.', protections: [], selfTest: null },
      since: at(0),
    })),
  ),
  fault: fc.option(fc.record({ message: fc.string(), since: timeArbitrary.map(at) })),
});
const settingsArbitrary: fc.Arbitrary<Settings> = fc
  .record({
    allowUnsandboxed: fc.boolean(),
    resumeDelaySeconds: fc.integer({ min: 0, max: 60 }),
    onBattery: fc.boolean(),
    stopAtLoss: fc.boolean(),
    onlyItsCard: fc.boolean(),
    whileRecording: fc.boolean(),
    idle: fc.record({
      whileInUse: fc.constantFrom('auto' as const, 'pause' as const, 'run' as const),
      idleMinutes: fc.constant(1),
      whileGpuBusy: fc.constantFrom('pause' as const, 'run' as const),
      whileCpuBusy: fc.constantFrom('pause' as const, 'run' as const),
      onMeteredNetwork: fc.boolean(),
      hotKey: fc.constant(null),
    }),
  })
  .map(
    ({ allowUnsandboxed, resumeDelaySeconds, onBattery, stopAtLoss, onlyItsCard, whileRecording, idle }) => ({
      ...withDelay(resumeDelaySeconds),
      games: { ...withDelay(resumeDelaySeconds).games, onlyItsCard, whileRecording },
      idle,
      gpu: { ...DEFAULT_SETTINGS.gpu, onBattery },
      energy: { ...DEFAULT_SETTINGS.energy, stopAtLoss },
      compute: { ...DEFAULT_SETTINGS.compute, allowUnsandboxed },
    }),
  );

/** The causes that hold, told apart from `decide` in the plainest way. */
function causes(signals: PolicySignals, settings: Settings, now: number): string[] {
  const { userPause, games, lastGame, sandbox, gpu, loss } = signals;
  const delayMs = settings.games.resumeDelaySeconds * 1000;
  const playing = games.filter((running) => running.choice === 'pause');
  const isOver = lastGame !== null && now < lastGame.endedAt.getTime() + delayMs;
  const usable = gpu.cards.filter((card) => card.block === null);
  // A game keeps to its card when all that pause are known to, and a card is left.
  const holders = [...playing.map((held) => held.gpuUuids), ...(isOver ? [lastGame.gpuUuids] : [])];
  const keptApart =
    settings.games.onlyItsCard &&
    gpu.state === 'ready' &&
    holders.every((uuids) => uuids !== null && uuids.length > 0) &&
    usable.some((card) => !holders.some((uuids) => uuids?.includes(card.uuid)));
  const inUse =
    signals.lastInputAt !== null &&
    !signals.inUseWaived &&
    (settings.idle.whileInUse === 'pause' || (settings.idle.whileInUse === 'auto' && usable.length <= 1)) &&
    now < signals.lastInputAt.getTime() + 60_000;
  const blocked = (code: string) => gpu.cards.flatMap((card) => (card.block?.code === code ? [code] : []));
  const noCard = gpu.state === 'ready' && gpu.cards.every((card) => card.block !== null);
  const userPaused =
    userPause !== null &&
    (userPause.kind === 'resumed' ||
      (userPause.kind === 'timed' && now < Date.parse(userPause.until)) ||
      (userPause.kind === 'games-end' && (playing.length > 0 || !userPause.played)));
  return [
    ...(signals.shuttingDownSince === null ? [] : ['shutting-down']),
    ...(keptApart ? [] : playing.map(() => 'game-running')),
    ...(!keptApart && playing.length === 0 && isOver ? ['game-running'] : []),
    ...signals.leases.filter((held) => now < Date.parse(held.lease.expiresAt)).map(() => 'pause-lease'),
    ...(userPaused ? ['user-paused'] : []),
    ...(noCard ? blocked('gpu-too-hot') : []),
    ...(gpu.state === 'lost' ? ['gpu-unavailable'] : []),
    ...(noCard ? [...blocked('gpu-memory-needed'), ...blocked('no-gpu-allowed')] : []),
    ...(inUse ? ['in-use'] : []),
    ...(signals.gpuBusySince !== null &&
    settings.idle.whileGpuBusy === 'pause' &&
    !games.some((running) => running.choice === 'share')
      ? ['machine-busy']
      : []),
    ...(signals.processorBusySince !== null && settings.idle.whileCpuBusy === 'pause'
      ? ['machine-busy']
      : []),
    ...(signals.recordedSince !== null && settings.games.whileRecording ? ['screen-recorded'] : []),
    ...(signals.onBatterySince !== null && !settings.gpu.onBattery ? ['on-battery'] : []),
    ...(signals.meteredSince !== null && !settings.idle.onMeteredNetwork ? ['metered-network'] : []),
    ...(settings.energy.stopAtLoss && loss !== null && !(loss.until !== null && now >= loss.until.getTime())
      ? ['costs-money']
      : []),
    ...(sandbox !== null && !sandbox.view.working && !settings.compute.allowUnsandboxed
      ? ['no-sandbox']
      : []),
    ...(signals.fault === null ? [] : ['worker-fault']),
    ...(signals.starting || sandbox === null || gpu.state === 'starting' ? ['starting'] : []),
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
