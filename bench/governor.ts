import { openNvml } from 'node-nvml';
import { FakeDriver } from '../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { type CardMake, GovernorRig, type Rights } from './governor-rig.ts';
import type { BenchResult } from './report.ts';

const TARGET_C = 70;
const BAND_C = 2;
const AMBIENT_STEP_C = 20;
/** A thermometer of whole degrees shows the target up to here. */
const SHOWN_AS_TARGET_C = TARGET_C + 0.49;

const IDLE_SECONDS = 10;
const SETTLED_AFTER_SECONDS = 420;
const STEP_AT_SECONDS = 900;
const END_SECONDS = 1500;
const SEARCH_STEPS = 10;
const SEARCH_SETTLE_SECONDS = 500;
const SEARCH_MEASURE_SECONDS = 60;

/** `setAllowed` 2: the bench needs no root. */
const CARDS: Readonly<Record<string, CardMake>> = {
  laptop: {
    setAllowed: 2,
    idleMilliwatts: 5000,
    fullLoadMilliwatts: 78_000,
    powerDefaultMilliwatts: 80_000,
    powerMinimumMilliwatts: 35_000,
    powerMaximumMilliwatts: 90_000,
    dieHeatCapacity: 18,
    sinkHeatCapacity: 110,
    dieToSinkResistance: 0.16,
    sinkToAirResistance: 0.42,
    slowdownC: 93,
    shutdownC: 98,
  },
  rtx4070: { setAllowed: 2 },
  rtx4090: {
    setAllowed: 2,
    idleMilliwatts: 22_000,
    fullLoadMilliwatts: 440_000,
    powerDefaultMilliwatts: 450_000,
    powerMinimumMilliwatts: 150_000,
    powerMaximumMilliwatts: 500_000,
    dieHeatCapacity: 90,
    sinkHeatCapacity: 900,
    dieToSinkResistance: 0.035,
    sinkToAirResistance: 0.068,
  },
};

const MODES: Readonly<Record<string, Rights>> = {
  limit: { limit: true, acoustic: false },
  both: { limit: true, acoustic: true },
  firmware: { limit: false, acoustic: true },
  pacing: { limit: false, acoustic: false },
};

/**
 * The governor on the fake driver's cards, through the real binding, as fast as the processor allows: cold start
 * under full load, settled hold, and a room that gets warmer at once; with the power limit, with the power limit
 * and the firmware's acoustic threshold, with that threshold alone, and with pauses alone.
 */
export async function run(): Promise<BenchResult> {
  const worst: Record<string, number> = {};
  const figures: Record<string, number> = {};
  const peers: Record<string, number> = {};
  for (const [card, make] of Object.entries(CARDS)) {
    const bestStart = await withRig(make, bestStartSeconds);
    peers[`${card}: least seconds to the target`] = bestStart;
    for (const [mode, rights] of Object.entries(MODES)) {
      const governed = await withRig(make, (rig) => measure(rig, rights));
      const constant = await withRig(make, (rig) => bestConstantThroughput(rig, rights.limit));
      peers[`${card} ${mode}: throughput at the best constant setting`] = constant;
      const { startSeconds, throughput, ...others } = governed;
      const measured = {
        startRatio: startSeconds / bestStart,
        ...others,
        throughputRatio: throughput / constant,
      };
      for (const [figure, value] of Object.entries(measured)) {
        const worse = figure === 'throughputRatio' ? Math.min : Math.max;
        const name = `worst ${mode} ${figure}`;
        worst[name] = worse(worst[name] ?? value, value);
        figures[`${card} ${mode} ${figure}`] = value;
      }
    }
  }
  const promise = (of: string, value: number, op: '<=' | '>=' = '<=') =>
    Object.keys(MODES).map((mode) => ({ figure: `worst ${mode} ${of}`, op, value }));
  return {
    samples: Object.keys(CARDS).length * Object.keys(MODES).length,
    figures: { ...worst, ...figures },
    peers,
    promises: [
      ...promise('startRatio', 1.1),
      ...promise('startOvershootC', 2),
      ...promise('settledErrorC', 1),
      ...promise('ambientOvershootC', 3),
      ...promise('throughputRatio', 0.95, '>='),
      ...promise('changesPerMinute', 6),
      ...promise('hardStops', 0),
    ],
  };
}

async function withRig<T>(make: CardMake, use: (rig: GovernorRig) => T): Promise<T> {
  using driver = await FakeDriver.create({ clock: 'manual', cards: [make] });
  using nvml = openNvml({ libraryPath: driver.libraryPath });
  return use(new GovernorRig(driver, nvml.deviceByIndex(0)));
}

function measure(rig: GovernorRig, rights: Rights) {
  const governor = rig.govern(TARGET_C, rights);
  governor.run(IDLE_SECONDS, false);
  const startedAt = rig.seconds;
  rig.await(TARGET_C - BAND_C);
  rig.takeExtremes();
  governor.run(SETTLED_AFTER_SECONDS, true);
  const start = rig.takeExtremes();
  const before = { seconds: rig.seconds, work: rig.workDone, changes: governor.changes };
  governor.run(STEP_AT_SECONDS, true);
  const settled = rig.takeExtremes();
  const seconds = rig.seconds - before.seconds;
  const throughput = (rig.workDone - before.work) / seconds;
  const changesPerMinute = (60 * (governor.changes - before.changes)) / seconds;
  rig.warmRoom(AMBIENT_STEP_C);
  governor.run(END_SECONDS, true);
  const warmed = rig.takeExtremes();
  return {
    startSeconds: (rig.reachedAtSeconds ?? Number.POSITIVE_INFINITY) - startedAt,
    startOvershootC: Math.max(0, start.hottestC - TARGET_C),
    settledErrorC: Math.max(settled.hottestC - TARGET_C, TARGET_C - settled.coldestC),
    ambientOvershootC: Math.max(0, warmed.hottestC - TARGET_C),
    throughput,
    changesPerMinute,
    hardStops: governor.stops,
  };
}

/** Nothing heats a card faster than full power: the time that it takes is the least. */
function bestStartSeconds(rig: GovernorRig): number {
  rig.advance(IDLE_SECONDS);
  const startedAt = rig.seconds;
  rig.await(TARGET_C - BAND_C);
  rig.hold({});
  while (rig.reachedAtSeconds === null && rig.seconds < END_SECONDS) rig.advance(1);
  return (rig.reachedAtSeconds ?? Number.POSITIVE_INFINITY) - startedAt;
}

/** By bisection: the largest constant setting that settles where a thermometer shows the target. */
function bestConstantThroughput(rig: GovernorRig, byLimit: boolean): number {
  const { defaultMilliwatts, minimumMilliwatts } = rig.powerRange;
  let low = byLimit ? minimumMilliwatts : 0.01;
  let high = byLimit ? defaultMilliwatts : 1;
  let best = 0;
  for (let step = 0; step < SEARCH_STEPS; step += 1) {
    const middle = (low + high) / 2;
    rig.hold(byLimit ? { powerLimitMilliwatts: middle } : { dutyCycle: middle });
    rig.advance(SEARCH_SETTLE_SECONDS);
    const before = { seconds: rig.seconds, work: rig.workDone };
    rig.takeExtremes();
    rig.advance(SEARCH_MEASURE_SECONDS);
    const { coldestC, hottestC } = rig.takeExtremes();
    if ((coldestC + hottestC) / 2 <= SHOWN_AS_TARGET_C) {
      low = middle;
      best = Math.max(best, (rig.workDone - before.work) / (rig.seconds - before.seconds));
    } else {
      high = middle;
    }
  }
  return best;
}
