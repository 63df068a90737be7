import { SHARED_DUTY_CYCLE } from '../../shared/game-choice.ts';
import type { GameView, SandboxView } from '../../shared/local-api.ts';
import { type PauseReason, type PauseReasonCode, pauseReasonCodeSchema } from '../../shared/pause-reason.ts';
import type { Settings } from '../../shared/settings.ts';
import { effectivePreset } from '../gpu/effective-preset.ts';
import type { GpuSignal } from '../gpu/gpu-signal.ts';
import { type ComputeLimits, NO_LIMITS } from '../jobs/compute-limits.ts';
import type { HeldLease } from './pause-lease.ts';
import { holdsUserPause, type UserPause } from './user-pause.ts';

interface EndedGame {
  readonly name: string;
  readonly endedAt: Date;
  readonly gpuUuids: GameView['gpuUuids'];
}

/** A game that the user plays, and does not share the machine with. */
export function isPlaying(games: readonly GameView[]): boolean {
  return games.some((game) => game.choice === 'pause');
}

/** All that the policy looks at; watchers report it, and know nothing of what follows from it. */
export interface PolicySignals {
  readonly startedAt: Date;
  /** The first look at games and sandbox is not done. */
  readonly starting: boolean;
  readonly shuttingDownSince: Date | null;
  readonly games: readonly GameView[];
  /** The game that ended last, once none runs any more that pauses compute. */
  readonly lastGame: EndedGame | null;
  readonly userPause: UserPause | null;
  readonly leases: readonly HeldLease[];
  readonly gpu: GpuSignal;
  /** The last keyboard or mouse input; null: not known. */
  readonly lastInputAt: Date | null;
  /** The user wants Gata to go on while the computer is used, this once: until they have been away. */
  readonly inUseWaived: boolean;
  /** Since when other programs keep the card, or the processor, busy; null: they do not, or it is not known. */
  readonly gpuBusySince: Date | null;
  readonly processorBusySince: Date | null;
  /** Since when the screen is recorded or shared; null: it is not, or that is not known. */
  readonly recordedSince: Date | null;
  /** Since when the network is one that is billed by volume; null: it is not, or that is not known. */
  readonly meteredSince: Date | null;
  /** Since when the machine runs on its battery; null: it does not, or has none. */
  readonly onBatterySince: Date | null;
  /** Set while electricity costs more than the work earns. */
  readonly loss: { readonly message: string; readonly since: Date; readonly until: Date | null } | null;
  /** null until it was tried out. */
  readonly sandbox: { readonly view: SandboxView; readonly since: Date } | null;
  /** Set while workers crash again and again. */
  readonly fault: { readonly message: string; readonly since: Date } | null;
}

export interface Decision {
  /** Compute may run: exactly when there are no reasons. */
  readonly run: boolean;
  /** Most urgent first, in the order of `pauseReasonCodeSchema`. */
  readonly reasons: readonly PauseReason[];
  /** ISO 8601; when compute resumes by itself, where every reason's end is known. */
  readonly resumesAt: string | null;
  /** What compute keeps to while it runs. */
  readonly limits: ComputeLimits;
  /** ISO 8601; a moment at which the decision may change without a signal: the schedule's next change. */
  readonly reviewAt: string | null;
}

/** Whether compute may run at `now`, and if not, exactly why and until when. Pure. */
export function decide(signals: PolicySignals, settings: Settings, now: Date): Decision {
  const reasons = [
    ...shuttingDown(signals),
    ...games(signals, settings, now),
    ...leases(signals, now),
    ...user(signals, now),
    ...cards(signals),
    ...inUse(signals, settings, now),
    ...busy(signals, settings),
    ...recorded(signals, settings),
    ...battery(signals, settings),
    ...metered(signals, settings),
    ...schedule(settings, now),
    ...loss(signals, settings, now),
    ...sandbox(signals, settings),
    ...fault(signals),
    ...starting(signals),
  ];
  const ends = reasons.map((reason) => reason.until);
  const known = ends.filter((end) => end !== undefined);
  const resumesAt = known.length === ends.length ? (known.sort().at(-1) ?? null) : null;
  return {
    run: reasons.length === 0,
    reasons,
    resumesAt,
    limits: limits(signals, settings, now),
    reviewAt: scheduled(settings, now).until?.toISOString() ?? null,
  };
}

/** The cards that may be used, and how much. */
function limits(signals: PolicySignals, settings: Settings, now: Date): ComputeLimits {
  const { gpu, games: running } = signals;
  if (gpu.state === 'absent') return NO_LIMITS;
  const taken = cardsOfGames(signals, settings, now);
  const shared = running.filter((game) => game.choice === 'share');
  const isShared = (uuid: string) => shared.some(({ gpuUuids }) => gpuUuids?.includes(uuid) ?? true);
  return {
    gpus: gpu.cards
      .filter((card) => card.block === null && taken?.has(card.uuid) !== true)
      .map(({ uuid, minorNumber, dutyCycle }) => ({
        uuid,
        minorNumber,
        dutyCycle: isShared(uuid) ? Math.min(dutyCycle, SHARED_DUTY_CYCLE) : dutyCycle,
      })),
  };
}

/**
 * The cards that are left to games while the others go on, or null when games pause everything: that is the rule,
 * unless the user wants it otherwise, every game's cards are known and another may work.
 */
function cardsOfGames(signals: PolicySignals, settings: Settings, now: Date): Set<string> | null {
  const { gpu, games: running, lastGame } = signals;
  if (!settings.games.onlyItsCard || gpu.state !== 'ready') return null;
  const pausing = running.filter((game) => game.choice === 'pause');
  const over = lastGame !== null && now < endOfDelay(lastGame, settings) ? [lastGame] : [];
  const taken = new Set<string>();
  for (const { gpuUuids } of [...pausing, ...over]) {
    if (gpuUuids === null || gpuUuids.length === 0) return null;
    for (const uuid of gpuUuids) taken.add(uuid);
  }
  const isLeft = gpu.cards.some((card) => card.block === null && !taken.has(card.uuid));
  return isLeft ? taken : null;
}

/** The games that pause everything while they run. */
export function pausingGames(signals: PolicySignals, settings: Settings, now: Date): GameView[] {
  if (cardsOfGames(signals, settings, now) !== null) return [];
  return signals.games.filter((game) => game.choice === 'pause');
}

function endOfDelay({ endedAt }: EndedGame, settings: Settings): Date {
  return new Date(endedAt.getTime() + settings.games.resumeDelaySeconds * 1000);
}

function shuttingDown({ shuttingDownSince }: PolicySignals): PauseReason[] {
  if (shuttingDownSince === null) return [];
  return [{ code: 'shutting-down', message: 'Gata is closing', since: shuttingDownSince.toISOString() }];
}

function games(signals: PolicySignals, settings: Settings, now: Date): PauseReason[] {
  if (cardsOfGames(signals, settings, now) !== null) return [];
  const pausing = pausingGames(signals, settings, now);
  if (pausing.length > 0) {
    return pausing.map(({ name, since, certainty }) => ({
      code: 'game-running',
      message: certainty === 'maybe' ? `${name} may be a game` : `${name} is running`,
      since,
    }));
  }
  if (signals.lastGame === null) return [];
  const { name, endedAt } = signals.lastGame;
  const until = endOfDelay(signals.lastGame, settings);
  if (now >= until) return [];
  return [
    {
      code: 'game-running',
      message: `${name} has just ended`,
      since: endedAt.toISOString(),
      until: until.toISOString(),
    },
  ];
}

function leases(signals: PolicySignals, now: Date): PauseReason[] {
  return signals.leases
    .filter(({ lease }) => now.getTime() < Date.parse(lease.expiresAt))
    .map(({ lease, since }) => ({
      code: 'pause-lease',
      message: lease.title === undefined ? lease.reason : `${lease.title}: ${lease.reason}`,
      since,
      until: lease.expiresAt,
    }));
}

function user({ userPause, games: running }: PolicySignals, now: Date): PauseReason[] {
  if (userPause === null || !holdsUserPause(userPause, isPlaying(running), now)) return [];
  const reason = { code: 'user-paused', since: userPause.since } as const;
  switch (userPause.kind) {
    case 'timed':
      return [{ ...reason, message: 'Paused by you for a while', until: userPause.until }];
    case 'games-end':
      return [{ ...reason, message: 'Paused by you until you stop playing' }];
    case 'resumed':
      return [{ ...reason, message: 'Paused by you until you resume' }];
  }
}

/** Compute stops only when no card may be used; a machine without NVIDIA cards is not governed. */
function cards({ gpu }: PolicySignals): PauseReason[] {
  if (gpu.state === 'lost') {
    const message = gpu.detail ?? 'The graphics driver is not available';
    return [{ code: 'gpu-unavailable', message, since: gpu.since.toISOString() }];
  }
  const blocks = gpu.cards.map((card) => card.block);
  if (gpu.state !== 'ready' || blocks.length === 0 || blocks.includes(null)) return [];
  return blocks
    .filter((block) => block !== null)
    .toSorted((one, other) => urgencyOf(one.code) - urgencyOf(other.code))
    .map(({ code, message, since }) => ({ code, message, since: since.toISOString() }));
}

function urgencyOf(code: PauseReasonCode): number {
  return pauseReasonCodeSchema.options.indexOf(code);
}

/** The user's next input makes the pause longer. A machine with a spare card is not slowed down. */
function inUse(
  { lastInputAt, inUseWaived, gpu }: PolicySignals,
  settings: Settings,
  now: Date,
): PauseReason[] {
  const { whileInUse, idleMinutes } = settings.idle;
  if (lastInputAt === null || inUseWaived || whileInUse === 'run') return [];
  if (whileInUse === 'auto' && gpu.cards.filter((card) => card.block === null).length > 1) return [];
  const until = new Date(lastInputAt.getTime() + idleMinutes * 60_000);
  if (now >= until) return [];
  const since = lastInputAt.toISOString();
  return [{ code: 'in-use', message: 'You are using the computer', since, until: until.toISOString() }];
}

/** A game that the user shares the card with keeps it busy, and that is what they chose. */
function busy(
  { gpuBusySince, processorBusySince, games: running }: PolicySignals,
  settings: Settings,
): PauseReason[] {
  const { whileGpuBusy, whileCpuBusy } = settings.idle;
  const isShared = running.some((game) => game.choice === 'share');
  const reason = (what: string, since: Date): PauseReason => ({
    code: 'machine-busy',
    message: `Other programs keep the ${what} busy`,
    since: since.toISOString(),
  });
  return [
    ...(gpuBusySince === null || whileGpuBusy === 'run' || isShared
      ? []
      : [reason('graphics card', gpuBusySince)]),
    ...(processorBusySince === null || whileCpuBusy === 'run'
      ? []
      : [reason('processor', processorBusySince)]),
  ];
}

function recorded({ recordedSince }: PolicySignals, settings: Settings): PauseReason[] {
  if (recordedSince === null || !settings.games.whileRecording) return [];
  const message = 'Your screen is recorded or shared';
  return [{ code: 'screen-recorded', message, since: recordedSince.toISOString() }];
}

function metered({ meteredSince }: PolicySignals, settings: Settings): PauseReason[] {
  if (meteredSince === null || settings.idle.onMeteredNetwork) return [];
  const message = 'The network is billed by volume';
  return [{ code: 'metered-network', message, since: meteredSince.toISOString() }];
}

function battery({ onBatterySince }: PolicySignals, settings: Settings): PauseReason[] {
  if (onBatterySince === null || settings.gpu.onBattery) return [];
  const message = 'The computer runs on its battery';
  return [{ code: 'on-battery', message, since: onBatterySince.toISOString() }];
}

function schedule(settings: Settings, now: Date): PauseReason[] {
  const { preset, since, until } = scheduled(settings, now);
  if (preset !== 'off') return [];
  const message = 'Your schedule keeps Gata off now';
  return [
    {
      code: 'schedule',
      message,
      since: since.toISOString(),
      ...(until === null ? {} : { until: until.toISOString() }),
    },
  ];
}

function scheduled(settings: Settings, now: Date) {
  return effectivePreset(settings.gpu.schedule, settings.gpu.defaults.preset, now);
}

function loss({ loss: known }: PolicySignals, settings: Settings, now: Date): PauseReason[] {
  if (known === null || !settings.energy.stopAtLoss) return [];
  const { message, since, until } = known;
  if (until !== null && now >= until) return [];
  return [
    {
      code: 'costs-money',
      message,
      since: since.toISOString(),
      ...(until === null ? {} : { until: until.toISOString() }),
    },
  ];
}

function sandbox({ sandbox: tried }: PolicySignals, settings: Settings): PauseReason[] {
  if (tried === null || tried.view.working || settings.compute.allowUnsandboxed) return [];
  return [{ code: 'no-sandbox', message: tried.view.detail, since: tried.since.toISOString() }];
}

function fault(signals: PolicySignals): PauseReason[] {
  if (signals.fault === null) return [];
  const { message, since } = signals.fault;
  return [{ code: 'worker-fault', message, since: since.toISOString() }];
}

function starting(signals: PolicySignals): PauseReason[] {
  if (!signals.starting && signals.sandbox !== null && signals.gpu.state !== 'starting') return [];
  return [{ code: 'starting', message: 'Gata is starting', since: signals.startedAt.toISOString() }];
}
