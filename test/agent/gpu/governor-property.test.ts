import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GovernorCommand, GovernorInput } from '../../../src/agent/gpu/governor.ts';
import { type CardMake, SimulatedCard } from './governor-card.ts';
import { changes, GovernorRun, type RunStep, repeatable } from './governor-run.ts';

/** Cards from a small laptop to a large desktop; die and heat sink by what makes them differ: rise and lag. */
const cards = fc
  .record({
    watts: fc.integer({ min: 40, max: 600 }),
    minimumShare: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    loadShare: fc.double({ min: 0.6, max: 1.1, noNaN: true }),
    // More would heat a card with still fans beyond any safety temperature before work begins.
    idleShare: fc.double({ min: 0.02, max: 0.05, noNaN: true }),
    dieRiseC: fc.double({ min: 6, max: 30, noNaN: true }),
    dieLagSeconds: fc.double({ min: 1, max: 4, noNaN: true }),
    sinkRiseC: fc.double({ min: 20, max: 45, noNaN: true }),
    sinkLagSeconds: fc.double({ min: 40, max: 200, noNaN: true }),
    ambientC: fc.integer({ min: 10, max: 35 }),
    slowdownC: fc.integer({ min: 88, max: 100 }),
  })
  .map((of): CardMake => {
    const dieToSinkResistance = of.dieRiseC / of.watts;
    const sinkToAirResistance = of.sinkRiseC / of.watts;
    return {
      ambientC: of.ambientC,
      idleWatts: of.idleShare * of.watts,
      fullLoadWatts: of.loadShare * of.watts,
      defaultWatts: of.watts,
      minimumWatts: Math.round(of.minimumShare * of.watts),
      maximumWatts: Math.round(1.1 * of.watts),
      dieHeatCapacity: of.dieLagSeconds / dieToSinkResistance,
      sinkHeatCapacity: of.sinkLagSeconds / sinkToAirResistance,
      dieToSinkResistance,
      sinkToAirResistance,
      acousticMinimumC: 65,
      acousticMaximumC: 90,
      slowdownC: of.slowdownC,
    };
  });

const settings = fc.record({
  targets: fc.record({
    targetTemperatureC: fc.integer({ min: 50, max: 95 }),
    powerPercent: fc.integer({ min: 50, max: 100 }),
    fanCeilingPercent: fc.option(fc.integer({ min: 20, max: 100 })),
  }),
  safetyTemperatureC: fc.integer({ min: 75, max: 100 }),
});

const rights = fc.record({ power: fc.boolean(), acoustic: fc.boolean() });

/** What happens at some sample of a run. */
const event = fc.oneof(
  fc.record({ kind: fc.constant('load' as const), load: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('ambient' as const), byC: fc.integer({ min: -15, max: 12 }) }),
  fc.record({ kind: fc.constant('missing' as const), samples: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('nonsense' as const), readC: fc.constantFrom(-273, 0, 150, 255, 4e9) }),
  fc.record({ kind: fc.constant('refused' as const), limits: fc.boolean(), pauses: fc.boolean() }),
  fc.record({ kind: fc.constant('rights' as const), rights }),
  fc.record({ kind: fc.constant('settings' as const), settings }),
  fc.record({ kind: fc.constant('idle' as const), busy: fc.boolean() }),
);
const events = fc.array(fc.record({ afterSeconds: fc.integer({ min: 1, max: 60 }), event }), {
  maxLength: 12,
});

const seed = fc.integer({ min: 1, max: 1e9 });
const governed = fc.record({ make: cards, settings, rights, events, seed });
type Scenario = typeof governed extends fc.Arbitrary<infer T> ? T : never;

/** In a hot room nothing but a stop is obeyed: the hard limit has to hold by itself. */
const runaway = governed.map((of): Scenario => {
  const ignored = { kind: 'refused' as const, limits: true, pauses: true };
  const isObeyed = ({ event: { kind } }: Scenario['events'][number]) => kind !== 'refused';
  return {
    ...of,
    make: { ...of.make, ambientC: of.make.ambientC + 10 },
    events: [
      { afterSeconds: 1, event: ignored },
      ...of.events.filter(isObeyed).map((each) => ({ ...each, afterSeconds: 3 * each.afterSeconds })),
    ],
  };
});
const scenario = fc.oneof(governed, runaway);

/** Rooms that alone would heat a card beyond its safety temperature prove nothing. */
const HOTTEST_ROOM_C = 45;

function play(of: Scenario, check: (steps: readonly RunStep[], run: GovernorRun) => void): RunStep[] {
  const card = new SimulatedCard(of.make);
  const run = new GovernorRun(card, repeatable(of.seed));
  run.settings = of.settings;
  run.rights = of.rights;
  const all: RunStep[] = [];
  const go = (seconds: number) => {
    const steps = run.run(seconds);
    check(steps, run);
    all.push(...steps);
  };
  for (const { afterSeconds, event: what } of of.events) {
    go(afterSeconds);
    switch (what.kind) {
      case 'load':
        card.load = what.load;
        break;
      case 'ambient':
        card.ambientC = Math.min(card.ambientC + what.byC, HOTTEST_ROOM_C);
        break;
      case 'refused':
        card.refusesLimits = what.limits;
        card.refusesPauses = what.pauses;
        break;
      case 'rights':
        run.rights = what.rights;
        break;
      case 'settings':
        run.settings = what.settings;
        break;
      case 'idle':
        run.busy = what.busy;
        break;
      case 'nonsense':
        distorted(run, 1, (input) => ({ ...input, temperatureC: what.readC }), all, check);
        break;
      case 'missing':
        distorted(run, what.samples, (input) => ({ ...input, temperatureC: null }), all, check);
        break;
    }
  }
  go(60);
  return all;
}

function distorted(
  run: GovernorRun,
  samples: number,
  distort: (input: GovernorInput) => GovernorInput,
  all: RunStep[],
  check: (steps: readonly RunStep[], run: GovernorRun) => void,
): void {
  run.distort = distort;
  for (let sample = 0; sample < samples; sample += 1) {
    const steps = run.run(0.01);
    check(steps, run);
    all.push(...steps);
  }
  run.distort = (input) => input;
}

function safetyOf({ settings: { safetyTemperatureC }, card }: GovernorRun): number {
  return Math.min(safetyTemperatureC, card.make.slowdownC - 3);
}

/** What of a command the card or the user does not allow. Plain comparisons: there are very many commands. */
function outOfRange(
  { card: { make }, settings: { targets }, rights: may }: GovernorRun,
  { dutyCycle, powerLimitMilliwatts: limit, acousticThresholdC: acoustic }: GovernorCommand,
): string | null {
  const least = Math.max(make.minimumWatts, make.defaultWatts / 2) * 1000;
  const greatest = Math.max(least, (targets.powerPercent / 100) * make.defaultWatts * 1000);
  const isDuty = dutyCycle >= 0.01 && dutyCycle <= 1;
  const isLimit =
    limit === null ||
    (may.power && Number.isInteger(limit) && limit >= least - 1e-6 && limit <= greatest + 0.5);
  const isAcoustic =
    acoustic === null ||
    (may.acoustic &&
      Number.isInteger(acoustic) &&
      acoustic >= make.acousticMinimumC &&
      acoustic <= make.acousticMaximumC);
  return isDuty && isLimit && isAcoustic ? null : JSON.stringify({ dutyCycle, limit, acoustic });
}

describe('governor, whatever happens', () => {
  it('commands only what the card and the user allow', () => {
    fc.assert(
      fc.property(scenario, (of) => {
        play(of, (steps, run) => {
          expect(steps.map((step) => outOfRange(run, step.command)).filter(Boolean)).toEqual([]);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the die below the safety temperature, but for one sample', () => {
    fc.assert(
      fc.property(scenario, (of) => {
        let above = 0;
        let excused = false;
        let safetyC = Number.POSITIVE_INFINITY;
        play(of, (steps, run) => {
          // A safety temperature that was lowered just now may find the card above it.
          excused ||= safetyOf(run) < safetyC;
          safetyC = safetyOf(run);
          for (const { trueC } of steps) {
            const isAbove = trueC > safetyC + 0.5;
            excused &&= isAbove;
            above = isAbove && !excused ? above + 1 : 0;
            if (above > 1) expect.fail(`${trueC} °C is above ${safetyC} °C for a second sample`);
          }
        });
      }),
      { numRuns: 600 },
    );
  });

  it('resumes only well below the safety temperature, with a reading', () => {
    fc.assert(
      fc.property(scenario, (of) => {
        let stopped = false;
        play(of, (steps, run) => {
          for (const { command, readC } of steps) {
            if (stopped && command.stop === null) {
              expect(readC).not.toBeNull();
              expect(readC ?? Number.NaN).toBeLessThanOrEqual(safetyOf(run) - 10);
            }
            stopped = command.stop !== null;
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('caps or stops a card whose thermometer stands still from before its start', () => {
    fc.assert(
      fc.property(cards, rights, settings, seed, (make, may, wishes, random) => {
        const run = new GovernorRun(new SimulatedCard(make), repeatable(random));
        run.rights = may;
        run.settings = wishes;
        run.distort = (input) => ({ ...input, temperatureC: 40 });
        run.busy = false;
        run.run(20);
        run.busy = true;
        run.run(40);
        for (const { watts } of run.run(30)) expect(watts).toBeLessThanOrEqual(0.6 * make.defaultWatts);
      }),
      { numRuns: 100 },
    );
  });

  it('comes to rest: a steady card is left alone', () => {
    fc.assert(
      fc.property(cards, rights, fc.integer({ min: 55, max: 80 }), (make, may, targetC) => {
        const run = new GovernorRun(new SimulatedCard(make));
        run.rights = may;
        run.settings = {
          targets: { targetTemperatureC: targetC, powerPercent: 100, fanCeilingPercent: null },
          safetyTemperatureC: 87,
        };
        run.run(600);
        expect(changes(run.run(120)) / 2).toBeLessThanOrEqual(8);
      }),
      { numRuns: 100 },
    );
  });
});
