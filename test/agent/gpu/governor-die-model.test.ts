import { describe, expect, it } from 'vitest';
import {
  type DieModelState,
  learnDieModel,
  startDieModel,
} from '../../../src/agent/gpu/governor-die-model.ts';

/** A die over a heat sink that warms up by `rampC` per second at full power, read in whole degrees. */
function start(
  state: DieModelState,
  die: { gainC: number; lagSeconds: number; rampC: number },
  seconds = 20,
) {
  let next = state;
  let atSeconds = state.learned ? 1000 : 0;
  const tell = (busy: boolean, share: number, temperatureC: number | null) => {
    next = learnDieModel(next, { atSeconds, seconds: 0.5, busy, share, temperatureC });
    atSeconds += 0.5;
  };
  for (let sample = 0; sample < 20; sample += 1) tell(false, 0.06, 35);
  tell(true, 0.06, 35);
  for (let since = 0.5; since <= seconds; since += 0.5) {
    const rise = 0.94 * (die.gainC * (1 - Math.exp(-since / die.lagSeconds)) + die.rampC * since);
    tell(true, 1, Math.round(35 + rise));
  }
  tell(false, 1, 35);
  return next;
}

describe('die model', () => {
  it.each([
    [12, 2, 0.3],
    [20, 1.2, 0.1],
    [30, 3.5, 0.6],
  ])('learns a gain of %d °C with a lag of %d s from one start', (gainC, lagSeconds, rampC) => {
    const { die, learned } = start(startDieModel(), { gainC, lagSeconds, rampC });
    expect(learned).toBe(true);
    expect(Math.abs(die.gainC - gainC) / gainC).toBeLessThan(0.15);
    expect(Math.abs(die.lagSeconds - lagSeconds) / lagSeconds).toBeLessThan(0.5);
  });

  it('believes a later start half as much as what it knows', () => {
    const once = start(startDieModel(), { gainC: 12, lagSeconds: 2, rampC: 0.3 });
    const twice = start(once, { gainC: 24, lagSeconds: 2, rampC: 0.3 });
    expect(twice.die.gainC).toBeGreaterThan(16);
    expect(twice.die.gainC).toBeLessThan(20);
  });

  it('takes from a start that was cut short only that the gain is higher', () => {
    const before = startDieModel();
    expect(start(before, { gainC: 12, lagSeconds: 1, rampC: 0 }, 4).die).toEqual(before.die);
    expect(start(before, { gainC: 40, lagSeconds: 1, rampC: 0 }, 4).die.gainC).toBeGreaterThan(30);
  });

  it('keeps to gains that do not shake the power', () => {
    expect(start(startDieModel(), { gainC: 3, lagSeconds: 2, rampC: 0.1 }).die.gainC).toBe(10);
  });

  it('learns nothing from a start with power that hardly changes', () => {
    let state = startDieModel();
    for (let sample = 0; sample < 60; sample += 1) {
      const busy = sample >= 20;
      state = learnDieModel(state, {
        atSeconds: sample / 2,
        seconds: 0.5,
        busy,
        share: busy ? 0.12 : 0.06,
        temperatureC: busy ? 38 : 35,
      });
    }
    expect(state.learned).toBe(false);
    expect(state.die).toEqual(startDieModel().die);
  });
});
