import { describe, expect, it } from 'vitest';
import { MIDDLE_CARD, SimulatedCard } from './governor-card.ts';
import {
  BALANCED,
  coldest,
  GovernorRun,
  hottest,
  PACING_ONLY,
  POWER_LIMIT,
  type Rights,
} from './governor-run.ts';

function withCeiling(fanCeilingPercent: number | null, rights: Rights): GovernorRun {
  const run = new GovernorRun(new SimulatedCard(MIDDLE_CARD));
  run.rights = rights;
  run.settings = { ...BALANCED, targets: { ...BALANCED.targets, targetTemperatureC: 72, fanCeilingPercent } };
  return run;
}

describe.each([
  ['the power limit', POWER_LIMIT],
  ['pauses', PACING_ONLY],
] as const)('governor’s ceilings with %s', (_name, rights) => {
  it('keeps the fan at its ceiling', () => {
    const run = withCeiling(45, rights);
    run.run(200);
    for (let minute = 0; minute < 10; minute += 1) {
      run.run(60);
      expect(run.card.fanPercent).toBeLessThan(47);
      expect(run.card.fanPercent).toBeGreaterThan(39);
    }
  });

  it('goes back to the target slowly when the ceiling is lifted', () => {
    const run = withCeiling(45, rights);
    run.run(400);
    run.settings = { ...BALANCED, targets: { ...BALANCED.targets, targetTemperatureC: 72 } };
    expect(hottest(run.run(20))).toBeLessThan(68);
    const steps = run.run(400);
    expect(hottest(steps)).toBeLessThan(74);
    expect(coldest(steps.slice(-50))).toBeGreaterThan(70);
  });

  it('does not wind up while the card follows slowly', () => {
    const run = withCeiling(45, rights);
    run.card.sinkC = 68;
    run.card.temperatureC = 74;
    run.card.fanPercent = 62;
    run.run(400);
    expect(coldest(run.run(200))).toBeGreaterThan(60);
  });
});

describe('governor’s ceilings', () => {
  it('gives the ceiling up, and says so, when the fan does not get slower', () => {
    const run = withCeiling(45, PACING_ONLY);
    run.distort = (input) => ({ ...input, fanPercent: 70 });
    const steps = run.run(900);
    expect(steps.at(-1)?.command.note).toContain('The fan runs at 70 % whatever the card does');
    expect(coldest(steps.slice(-50))).toBeGreaterThan(70);
    run.distort = (input) => input;
    expect(run.run(300).at(-1)?.command.note).toBeNull();
    expect(run.card.fanPercent).toBeLessThan(47);
  });

  it('holds the least speed of a fan that does not get down to the ceiling', () => {
    const run = withCeiling(40, PACING_ONLY);
    run.distort = (input) => ({ ...input, fanPercent: Math.max(input.fanPercent ?? 0, 50) });
    run.run(600);
    for (let minute = 0; minute < 10; minute += 1) {
      run.run(60);
      expect(run.card.fanPercent).toBeLessThan(57);
      expect(run.card.fanPercent).toBeGreaterThan(46);
    }
  });

  it('slows down for hot memory', () => {
    const run = withCeiling(null, PACING_ONLY);
    run.distort = (input) => ({
      ...input,
      memoryTemperatureC: input.temperatureC === null ? null : input.temperatureC + 32,
    });
    run.run(400);
    const steps = run.run(200);
    expect(hottest(steps)).toBeLessThan(68);
    expect(coldest(steps)).toBeGreaterThan(60);
    expect(steps.every((step) => step.command.stop === null)).toBe(true);
  });
});
