import { describe, expect, it } from 'vitest';
import { governorStep, startGovernor } from '../../../src/agent/gpu/governor.ts';
import { MIDDLE_CARD, SimulatedCard } from './governor-card.ts';
import {
  BALANCED,
  changes,
  coldest,
  EVERYTHING,
  GovernorRun,
  hottest,
  PACING_ONLY,
  POWER_LIMIT,
  type Rights,
} from './governor-run.ts';

const TARGET_C = 70;
const KINDS: readonly [string, Rights][] = [
  ['the power limit', POWER_LIMIT],
  ['the power limit and the firmware', EVERYTHING],
  ['pauses alone', PACING_ONLY],
];

function started(rights: Rights, make = MIDDLE_CARD): GovernorRun {
  const run = new GovernorRun(new SimulatedCard(make));
  run.rights = rights;
  return run;
}

function settled(rights: Rights, make = MIDDLE_CARD): GovernorRun {
  const run = started(rights, make);
  run.run(400);
  return run;
}

describe.each(KINDS)('governor with %s', (_name, rights) => {
  it('gives full power until the target is near, and does not pass it by two degrees', () => {
    const steps = started(rights).run(400);
    const first = steps.findIndex((step) => step.trueC >= TARGET_C - 2);
    const warmUp = steps.slice(1, first);
    expect(warmUp.every((step) => step.watts > 0.9 * MIDDLE_CARD.fullLoadWatts)).toBe(true);
    expect(hottest(steps)).toBeLessThan(TARGET_C + 2);
  });

  it('holds the target, and leaves a settled card alone', () => {
    const steps = settled(rights).run(300);
    expect(hottest(steps)).toBeLessThan(TARGET_C + 1);
    expect(coldest(steps)).toBeGreaterThan(TARGET_C - 1);
    expect(changes(steps)).toBeLessThanOrEqual(10);
  });

  it('absorbs a room that gets 20 degrees warmer', () => {
    const run = settled(rights);
    run.card.ambientC += 20;
    expect(hottest(run.run(600))).toBeLessThan(TARGET_C + 3);
    expect(coldest(run.run(100))).toBeGreaterThan(TARGET_C - 2);
  });

  it('starts again after a short pause without passing the target', () => {
    const run = settled(rights);
    run.busy = false;
    run.run(20);
    run.busy = true;
    expect(hottest(run.run(200))).toBeLessThan(TARGET_C + 2);
  });

  it('takes over a card that something else has heated up', () => {
    const run = started(rights);
    run.card.sinkC = 72;
    run.card.temperatureC = 76;
    const steps = run.run(300);
    expect(hottest(steps)).toBeLessThan(78);
    expect(steps.every((step) => step.command.stop === null)).toBe(true);
    expect(hottest(run.run(100))).toBeLessThan(TARGET_C + 1.5);
  });

  it('follows a new target without a jump', () => {
    const run = settled(rights);
    const [before] = run.run(0.01);
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, targetTemperatureC: 60 } };
    const after = run.once();
    if (before === undefined) throw new Error('There was no step.');
    expect(Math.abs(after.dutyCycle - before.command.dutyCycle)).toBeLessThan(0.25);
    expect(hottest(run.run(500).slice(-100))).toBeLessThan(62);
  });

  it('holds the user’s power', () => {
    const run = started(rights);
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, powerPercent: 60 } };
    run.run(30);
    const steps = run.run(60);
    const mean = steps.reduce((sum, step) => sum + step.watts, 0) / steps.length;
    expect(mean).toBeGreaterThan(0.97 * 0.6 * MIDDLE_CARD.defaultWatts);
    expect(mean).toBeLessThan(1.01 * 0.6 * MIDDLE_CARD.defaultWatts);
  });
});

describe('governor', () => {
  it('adds pauses where the least power limit does not suffice', () => {
    const run = started(POWER_LIMIT);
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, targetTemperatureC: 52 } };
    const steps = run.run(600).slice(-100);
    const last = steps.at(-1)?.command;
    expect(last?.powerLimitMilliwatts).toBe(100_000);
    expect(last?.dutyCycle).toBeLessThan(1);
    expect(last?.enforcement).toEqual({ temperature: 'pacing', power: 'hardware' });
    expect(hottest(steps)).toBeLessThan(54);
    expect(coldest(steps)).toBeGreaterThan(50);
  });

  it('goes over to pauses without a jump when the right to set limits is lost', () => {
    const run = settled(POWER_LIMIT);
    run.rights = PACING_ONLY;
    const steps = run.run(200);
    expect(steps[0]?.command.powerLimitMilliwatts).toBeNull();
    expect(hottest(steps)).toBeLessThan(TARGET_C + 2);
    expect(coldest(steps)).toBeGreaterThan(TARGET_C - 2);
  });

  it('paces when the driver refuses limits that it seemed to allow', () => {
    const run = started(POWER_LIMIT);
    run.card.refusesLimits = true;
    const steps = run.run(600);
    expect(hottest(steps)).toBeLessThan(TARGET_C + 8);
    expect(hottest(steps.slice(-100))).toBeLessThan(TARGET_C + 1.5);
  });

  it('does without readings of the power', () => {
    const run = started(PACING_ONLY);
    run.distort = (input) => ({ ...input, powerMilliwatts: null });
    const steps = run.run(600);
    expect(hottest(steps)).toBeLessThan(TARGET_C + 2);
    expect(coldest(steps.slice(-100))).toBeGreaterThan(TARGET_C - 1);
  });

  it('does without a known default limit', () => {
    const run = started(PACING_ONLY);
    run.restrict = (actuators) => ({ ...actuators, powerDefaultMilliwatts: null });
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, powerPercent: 50 } };
    const steps = run.run(60);
    expect(steps.at(-1)?.command.dutyCycle).toBeCloseTo(0.46, 1);
  });

  it('lets work that does not use the card run, and catches it when it does', () => {
    const run = started(POWER_LIMIT);
    run.card.load = 0.4;
    run.run(300);
    expect(run.run(5).at(-1)?.command).toMatchObject({ dutyCycle: 1, powerLimitMilliwatts: 200_000 });
    run.card.load = 1;
    expect(hottest(run.run(300))).toBeLessThan(TARGET_C + 2);
  });

  it('learns a card whose die is far hotter than its heat sink, and starts it faster the second time', () => {
    const hotDie = {
      ...MIDDLE_CARD,
      dieToSinkResistance: 0.15,
      dieHeatCapacity: 16,
      sinkToAirResistance: 0.14,
    };
    const run = new GovernorRun(new SimulatedCard(hotDie));
    const secondsToTarget = () => {
      const from = run.card.seconds;
      const steps = run.run(300);
      run.busy = false;
      run.run(900);
      run.busy = true;
      const reached = steps.find((step) => step.trueC >= TARGET_C - 2);
      return (reached?.atSeconds ?? Number.POSITIVE_INFINITY) - from;
    };
    run.busy = false;
    run.run(10);
    run.busy = true;
    const first = secondsToTarget();
    expect(run.state.model.die.gainC).toBeGreaterThan(24);
    expect(run.state.model.die.gainC).toBeLessThan(36);
    expect(secondsToTarget()).toBeLessThanOrEqual(first);
    expect(hottest(run.run(300))).toBeLessThan(TARGET_C + 3);
  });

  it('works at the least, and says so, when the target lies below the idle card', () => {
    const run = started(PACING_ONLY, { ...MIDDLE_CARD, ambientC: 35 });
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, targetTemperatureC: 45 } };
    const steps = run.run(200).slice(-100);
    expect(changes(steps)).toBe(0);
    expect(steps.at(-1)?.command.dutyCycle).toBe(0.01);
    expect(steps.at(-1)?.command.note).toContain('cannot reach 45 °C');
  });

  it('says by what the targets are held', () => {
    expect(started(EVERYTHING).once().enforcement).toEqual({ temperature: 'hardware', power: 'hardware' });
    expect(started(PACING_ONLY).once().enforcement).toEqual({ temperature: 'pacing', power: 'pacing' });
    const blind = started(POWER_LIMIT).once((input) => ({ ...input, temperatureC: null }));
    expect(blind.enforcement).toEqual({ temperature: 'none', power: 'hardware' });
  });

  it('is plain data and gives the same for the same', () => {
    const run = settled(POWER_LIMIT);
    const input = run.card.read();
    const actuators = run.card.actuators(POWER_LIMIT);
    const copy: typeof run.state = JSON.parse(JSON.stringify(run.state));
    const once = governorStep(run.state, input, BALANCED, actuators);
    expect(governorStep(copy, input, BALANCED, actuators)).toEqual(once);
    expect(JSON.parse(JSON.stringify(startGovernor()))).toEqual(startGovernor());
  });

  it('bears a clock that goes back', () => {
    const run = settled(POWER_LIMIT);
    const command = run.once((input) => ({ ...input, atSeconds: input.atSeconds - 3600 }));
    expect(command.stop).toBeNull();
    const steps = run.run(100);
    expect(hottest(steps)).toBeLessThan(TARGET_C + 2);
    expect(coldest(steps)).toBeGreaterThan(TARGET_C - 3);
  });
});
