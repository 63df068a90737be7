import fc from 'fast-check';
import { openNvml } from 'node-nvml';
import { describe, expect, it } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { fakeDriverMissing } from '../../../packages/node-nvml/test/fake-driver/fake-driver-compiler.ts';
import { EnergyMeter } from '../../../src/agent/energy/energy-meter.ts';
import type { GpuSample } from '../../../src/shared/gpu.ts';
import { gpuSample, TEST_GPU_UUID } from '../../support/gpu-samples.ts';

/** A reading that tells only what the test says. */
const reading = (told: Partial<GpuSample>) =>
  gpuSample({ powerMilliwatts: null, energyMillijoules: null, ...told });

const EPOCH = Date.parse('2026-11-20T12:00:00Z');

/** A card whose power is a list of steps, as truth and as readings. */
class SteppedCard {
  /** Watts of each second. */
  readonly #watts: readonly number[];

  constructor(watts: readonly number[]) {
    this.#watts = watts;
  }

  watts(atMs: number): number {
    return this.#watts[Math.min(this.#watts.length - 1, Math.floor(atMs / 1000))] ?? 0;
  }

  joulesBetween(startMs: number, endMs: number): number {
    return this.#joulesBy(endMs) - this.#joulesBy(startMs);
  }

  sample(atMs: number, tells: { counter: boolean; power: boolean }) {
    return reading({
      atMs: EPOCH + atMs,
      powerMilliwatts: tells.power ? Math.round(this.watts(atMs) * 1000) : null,
      energyMillijoules: tells.counter ? Math.round(this.#joulesBy(atMs) * 1000) : null,
    });
  }

  #joulesBy(atMs: number): number {
    let joules = 0;
    for (let second = 0; second * 1000 < atMs; second += 1) {
      joules += (this.watts(second * 1000) * Math.min(1000, atMs - second * 1000)) / 1000;
    }
    return joules;
  }
}

function measured(
  card: SteppedCard,
  timesMs: readonly number[],
  tells: { counter: boolean; power: boolean },
) {
  const meter = new EnergyMeter();
  for (const atMs of timesMs) meter.take(card.sample(atMs, tells));
  return (startMs: number, endMs: number) =>
    meter.joulesBetween(TEST_GPU_UUID, EPOCH + startMs, EPOCH + endMs);
}

const every = (stepMs: number, untilMs: number) =>
  Array.from({ length: Math.floor(untilMs / stepMs) + 1 }, (_, index) => index * stepMs);

describe('the energy of a span', () => {
  // Idle, work, idle, work of another kind: what a minute of a node looks like.
  const card = new SteppedCard(
    Array.from({ length: 120 }, (_, second) =>
      second < 20 ? 12 : second < 61 ? 210 : second < 75 ? 14 : 165,
    ),
  );

  it.each([
    ['by counter and power', { counter: true, power: true }],
    ['by the counter alone', { counter: true, power: false }],
    ['by power alone', { counter: false, power: true }],
  ])('is within 2 %% of the truth for the two jobs in it, wherever the readings fall, %s', (_what, tells) => {
    for (let phaseMs = 0; phaseMs < 500; phaseMs += 37) {
      const times = every(500, 119_000).map((atMs) => atMs + phaseMs);
      const joules = measured(card, times, tells);
      for (const [startMs, endMs] of [
        [20_000, 61_000],
        [75_000, 118_000],
      ] as const) {
        const truth = card.joulesBetween(startMs, endMs);
        expect(Math.abs((joules(startMs, endMs) ?? 0) / truth - 1)).toBeLessThan(0.02);
      }
    }
  });

  it('is within 2 % of the truth for any ten seconds, by counter and power', () => {
    const joules = measured(card, every(500, 120_000), { counter: true, power: true });
    for (let startMs = 0; startMs < 110_000; startMs += 73) {
      const truth = card.joulesBetween(startMs, startMs + 10_000);
      expect(Math.abs((joules(startMs, startMs + 10_000) ?? 0) / truth - 1)).toBeLessThan(0.02);
    }
  });

  it('finds a short job between readings far apart, by counter and power together', () => {
    const joules = measured(card, [0, 5000, 10_000, 15_000, 20_700, 21_200, 21_700, 26_000], {
      counter: true,
      power: true,
    });
    // It began 0.7 s before a reading, five seconds after the one before.
    expect(joules(20_000, 21_000)).toBeCloseTo(210, 0);
  });

  it('goes on beyond the latest reading as the card drew last, for a while', () => {
    const joules = measured(card, every(1000, 30_000), { counter: true, power: true });
    expect(joules(25_000, 32_000)).toBeCloseTo(7 * 210, 6);
    expect(joules(25_000, 45_000)).toBeCloseTo(20 * 210, 6);
    expect(joules(25_000, 45_001)).toBeNull();
    const counted = measured(card, every(1000, 30_000), { counter: true, power: false });
    expect(counted(25_000, 32_000)).toBeCloseTo(7 * 210, 6);
  });

  it('is unknown before the first reading, for another card, and backwards', () => {
    const joules = measured(card, every(1000, 30_000), { counter: true, power: true });
    expect(joules(-1, 1000)).toBeNull();
    expect(joules(2000, 1000)).toBeNull();
    expect(joules(1000, 1000)).toBe(0);
    expect(new EnergyMeter().joulesBetween(TEST_GPU_UUID, EPOCH, EPOCH + 1)).toBeNull();
  });

  it('is unknown over more than 15 s without a reading, unless the card counted', () => {
    const times = [0, 1000, 2000, 17_001, 18_000, 33_000, 34_000];
    const byPower = measured(card, times, { counter: false, power: true });
    expect(byPower(0, 2000)).toBeCloseTo(24, 6);
    expect(byPower(1000, 17_001)).toBeNull();
    expect(byPower(2000, 2001)).toBeNull();
    // Exactly 15 s is not too long.
    expect(byPower(17_500, 33_500)).not.toBeNull();
    const counted = measured(card, times, { counter: true, power: true });
    expect(counted(1000, 17_500)).toBeCloseTo(card.joulesBetween(1000, 17_500), 6);
    // Within the long step nobody knows when it was drawn.
    expect(counted(1000, 9000)).toBeNull();
  });

  it('bridges a counter that began anew by power, and does not where power is not told', () => {
    const meter = new EnergyMeter();
    const silent = new EnergyMeter();
    const counts = [5_000_000, 5_100_000, 40_000, 140_000];
    for (const [second, energyMillijoules] of counts.entries()) {
      const told = { atMs: EPOCH + second * 1000, energyMillijoules };
      meter.take(reading({ ...told, powerMilliwatts: 100_000 }));
      silent.take(reading(told));
    }
    expect(meter.joulesBetween(TEST_GPU_UUID, EPOCH, EPOCH + 3000)).toBeCloseTo(300, 6);
    expect(silent.joulesBetween(TEST_GPU_UUID, EPOCH, EPOCH + 1000)).toBeCloseTo(100, 6);
    expect(silent.joulesBetween(TEST_GPU_UUID, EPOCH, EPOCH + 3000)).toBeNull();
    expect(silent.joulesBetween(TEST_GPU_UUID, EPOCH + 2000, EPOCH + 3000)).toBeCloseTo(100, 6);
  });

  it('starts again when the clock is set back, and takes a repeated reading once', () => {
    const meter = new EnergyMeter();
    const take = (second: number, joules: number) =>
      meter.take(reading({ atMs: EPOCH + second * 1000, energyMillijoules: joules * 1000 }));
    take(100, 0);
    take(110, 50);
    take(110, 50);
    expect(meter.joulesBetween(TEST_GPU_UUID, EPOCH + 100_000, EPOCH + 110_000)).toBe(50);
    take(60, 60);
    take(70, 90);
    expect(meter.joulesBetween(TEST_GPU_UUID, EPOCH + 60_000, EPOCH + 70_000)).toBe(30);
    expect(meter.joulesBetween(TEST_GPU_UUID, EPOCH + 100_000, EPOCH + 110_000)).toBeNull();
  });

  it('keeps an hour, in little memory', () => {
    const meter = new EnergyMeter();
    const hours = 3;
    for (let second = 0; second <= hours * 3600; second += 1) {
      meter.take(reading({ atMs: EPOCH + second * 1000, powerMilliwatts: 50_000 }));
    }
    const end = EPOCH + hours * 3600_000;
    expect(meter.joulesBetween(TEST_GPU_UUID, end - 3600_000, end)).toBeCloseTo(180_000, 3);
    expect(meter.joulesBetween(TEST_GPU_UUID, EPOCH, end)).toBeNull();
  });

  it('adds up: the parts of a span are the span, and no part is negative', () => {
    const anyReading = fc.record({
      afterMs: fc.integer({ min: 1, max: 14_000 }),
      watts: fc.integer({ min: 0, max: 600 }),
      counted: fc.integer({ min: 0, max: 5_000 }),
      counts: fc.boolean(),
    });
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 1, maxLength: 30 }), cuts, (readings, shares) => {
        const meter = new EnergyMeter();
        let atMs = EPOCH;
        let count = 0;
        meter.take(reading({ atMs, powerMilliwatts: 0, energyMillijoules: 0 }));
        for (const { afterMs, watts, counted, counts } of readings) {
          atMs += afterMs;
          count += counted;
          const energyMillijoules = counts ? count : null;
          meter.take(reading({ atMs, powerMilliwatts: watts * 1000, energyMillijoules }));
        }
        const whole = meter.joulesBetween(TEST_GPU_UUID, EPOCH, atMs);
        const edges = [
          EPOCH,
          ...shares.sort((a, b) => a - b).map((share) => EPOCH + share * (atMs - EPOCH)),
          atMs,
        ];
        const parts = edges
          .slice(1)
          .map((edge, index) => meter.joulesBetween(TEST_GPU_UUID, edges[index] ?? EPOCH, edge));
        expect(parts.every((part) => part !== null && part >= 0)).toBe(true);
        const sum = parts.reduce<number>((total, part) => total + (part ?? 0), 0);
        expect(Math.abs(sum - (whole ?? Number.NaN))).toBeLessThan(1e-6 * Math.max(1, sum));
      }),
    );
  });
});

describe.skipIf(fakeDriverMissing() !== undefined)('the energy of jobs on a driver', () => {
  it.each([
    ['with an energy counter', 1],
    ['without an energy counter', 0],
  ])('is within 2 %% of what the card drew, %s', async (_what, supportsEnergy) => {
    using driver = await FakeDriver.create({ clock: 'manual', cards: [{ supportsEnergy }] });
    using nvml = openNvml({ libraryPath: driver.libraryPath });
    const [device] = nvml.devices();
    if (device === undefined) throw new Error('The fake driver has no card.');
    const meter = new EnergyMeter();
    const seconds = () => driver.get(0, 'seconds');
    let nextReading = 0;
    /** As the guard reads the card, at moments of its own: every half second for a while after work, else every five. */
    const run = (duration: number, isBusy: boolean) => {
      const end = seconds() + duration;
      if (isBusy) nextReading = Math.min(nextReading, seconds() + 0.35);
      while (seconds() < end - 0.01) {
        driver.advance(0.05);
        if (seconds() < nextReading) continue;
        const { powerMilliwatts, energyMillijoules } = device.sample();
        meter.take(reading({ atMs: EPOCH + seconds() * 1000, powerMilliwatts, energyMillijoules }));
        nextReading = seconds() + (isBusy ? 0.5 : 5);
      }
    };
    run(10, false);
    const errors: number[] = [];
    for (let job = 0; job < 20; job += 1) {
      const [start, startMillijoules] = [seconds(), driver.get(0, 'energyMillijoules')];
      driver.set(0, 'load', 0.4 + (job % 4) * 0.2);
      run(10 + job * 1.85, true);
      driver.set(0, 'load', 0);
      const [end, endMillijoules] = [seconds(), driver.get(0, 'energyMillijoules')];
      run(3, true);
      const truth = (endMillijoules - startMillijoules) / 1000;
      const joules = meter.joulesBetween(TEST_GPU_UUID, EPOCH + start * 1000, EPOCH + end * 1000);
      errors.push(Math.abs((joules ?? 0) / truth - 1));
      run(5 + (job % 7) * 1.15, false);
    }
    expect(Math.max(...errors)).toBeLessThan(0.02);
  });
});
