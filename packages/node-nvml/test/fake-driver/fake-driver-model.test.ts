import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FakeCardProperty } from './fake-card-property.ts';
import { FakeDriver } from './fake-driver.ts';
import { fakeDriverMissing } from './fake-driver-compiler.ts';

const IDLE = 1;
const POWER_CAP = 4;
const HARDWARE_SLOWDOWN = 8;
const SOFTWARE_THERMAL = 0x20;
const HARDWARE_THERMAL = 0x40;
const HALF_AN_HOUR = 1800;

type Properties = Partial<Record<FakeCardProperty, number>>;

/** One card with the manual clock. */
function oneCard(properties: Properties = {}): Promise<FakeDriver> {
  return FakeDriver.create({ clock: 'manual', cards: [properties] });
}

/** What a card with these properties comes to, at full load unless they say otherwise. */
async function settled(properties: Properties, seconds = HALF_AN_HOUR) {
  using driver = await oneCard({ load: 1, ...properties });
  driver.advance(seconds);
  return {
    temperatureC: driver.get(0, 'temperatureC'),
    throughput: driver.get(0, 'throughput'),
    watts: driver.get(0, 'powerMilliwatts') / 1000,
    reasons: driver.get(0, 'throttleReasons'),
    clockMegahertz: driver.get(0, 'graphicsClockMaximumMegahertz'),
    workDone: driver.get(0, 'workDone'),
  };
}

describe.skipIf(fakeDriverMissing() !== undefined)("the fake card's thermal model", () => {
  test('rests cool, and settles near 78 °C under full load after some minutes', async () => {
    using driver = await oneCard();
    const rest = driver.get(0, 'temperatureC');
    expect(rest).toBeGreaterThan(38);
    expect(rest).toBeLessThan(45);
    expect(driver.get(0, 'throttleReasons')).toBe(IDLE);
    driver.advance(60);
    expect(driver.get(0, 'temperatureC')).toBeCloseTo(rest, 6);
    driver.set(0, 'load', 1);
    driver.advance(30);
    expect(driver.get(0, 'temperatureC')).toBeLessThan(70);
    driver.advance(570);
    expect(driver.get(0, 'temperatureC')).toBeGreaterThan(76);
    expect(driver.get(0, 'temperatureC')).toBeLessThan(80);
    expect(driver.get(0, 'powerMilliwatts')).toBeGreaterThan(190_000);
    expect(driver.get(0, 'powerMilliwatts')).toBeLessThan(200_000);
    expect(driver.get(0, 'throttleReasons')).toBe(0);
  });

  test('is in balance: what the load draws, the air carries away', async () => {
    using driver = await oneCard({ load: 1, fanIsManual: 1, fanPercent: 100 });
    driver.advance(HALF_AN_HOUR);
    const watts = driver.get(0, 'powerMilliwatts') / 1000;
    expect(driver.get(0, 'temperatureC')).toBeCloseTo(24 + watts * (0.06 + 0.1675), 3);
  });

  test('counts energy and work as the integrals of power and throughput', async () => {
    using driver = await oneCard({ load: 0.5, leakagePerDegree: 0 });
    driver.advance(100);
    expect(driver.get(0, 'energyMillijoules')).toBeCloseTo(100 * (12_000 + 0.5 * 183_000), 3);
    expect(driver.get(0, 'workDone')).toBeCloseTo(50, 9);
    expect(driver.get(0, 'seconds')).toBeCloseTo(100, 9);
  });

  test('less power or more fan is cooler, and less power is less work but not in proportion', async () => {
    const limits = await Promise.all(
      [100_000, 120_000, 140_000, 160_000, 180_000].map((limit) => settled({ powerLimitMilliwatts: limit })),
    );
    for (const [index, lower] of limits.slice(0, -1).entries()) {
      const higher = limits[index + 1];
      expect(lower.temperatureC).toBeLessThan(higher?.temperatureC ?? 0);
      expect(lower.throughput).toBeLessThan(higher?.throughput ?? 0);
      expect(lower.reasons).toBe(POWER_CAP);
      // Concave: the share of the work is above the share of the power.
      expect(lower.throughput).toBeGreaterThan((lower.watts - 12) / (195 - 12));
    }
    const fans = await Promise.all(
      [30, 60, 100].map((fanPercent) => settled({ fanPercent, fanIsManual: 1, load: 0.6 })),
    );
    const temperatures = fans.map((card) => card.temperatureC);
    expect(temperatures).toEqual(temperatures.toSorted((one, other) => other - one));
  });

  test('the firmware holds the acoustic threshold by and by', async () => {
    using driver = await oneCard({ load: 1 });
    driver.advance(600);
    driver.set(0, 'acousticThresholdC', 70);
    driver.advance(0.05);
    expect(driver.get(0, 'powerMilliwatts')).toBeGreaterThan(100_000);
    driver.advance(300);
    expect(driver.get(0, 'temperatureC')).toBeGreaterThan(69);
    expect(driver.get(0, 'temperatureC')).toBeLessThan(71);
    expect(driver.get(0, 'throttleReasons')).toBe(SOFTWARE_THERMAL);
    expect(driver.get(0, 'throughput')).toBeLessThan(1);
    driver.set(0, 'acousticThresholdC', 90);
    driver.advance(60);
    expect(driver.get(0, 'throughput')).toBe(1);
  });

  test('the hardware halves the clocks at its threshold', async () => {
    using driver = await oneCard({ load: 1, acousticThresholdC: 91, ambientC: 60, slowdownC: 88 });
    let slowest = 1;
    let reasons = 0;
    for (let second = 0; second < 300; second++) {
      driver.advance(1);
      slowest = Math.min(slowest, driver.get(0, 'throughput'));
      reasons |= driver.get(0, 'throttleReasons');
    }
    expect(slowest).toBeCloseTo(0.5, 6);
    expect(reasons & (HARDWARE_SLOWDOWN | HARDWARE_THERMAL)).toBe(HARDWARE_SLOWDOWN | HARDWARE_THERMAL);
    expect(driver.get(0, 'isLost')).toBe(0);
  });

  test('a card without any air leaves the bus at its last threshold', async () => {
    using driver = await oneCard({ load: 1, ambientC: 99, slowdownC: 110 });
    driver.advance(120);
    expect(driver.get(0, 'isLost')).toBe(1);
    expect(driver.get(0, 'powerMilliwatts')).toBe(0);
    driver.unload();
    driver.load();
    expect(driver.get(0, 'isLost')).toBe(0);
  });

  test('is deterministic with the manual clock, however the time is cut', async () => {
    using whole = await oneCard({ load: 1 });
    using parts = await oneCard({ load: 1 });
    whole.advance(120);
    for (let part = 0; part < 120; part++) parts.advance(1);
    for (const property of [
      'temperatureC',
      'sinkC',
      'energyMillijoules',
      'workDone',
      'fanPercent',
    ] as const) {
      expect(parts.get(0, property)).toBeCloseTo(whole.get(0, property), 6);
    }
    using again = await oneCard({ load: 1 });
    again.advance(120);
    expect(again.get(0, 'temperatureC')).toBe(whole.get(0, 'temperatureC'));
  });

  test('stands still with the manual clock, and runs scaled with the real one', async () => {
    using still = await oneCard({ load: 1 });
    const before = still.get(0, 'temperatureC');
    using running = await FakeDriver.create({ cards: [{ load: 1 }], timeScale: 1000 });
    await expect.poll(() => running.get(0, 'temperatureC'), { timeout: 20_000 }).toBeGreaterThan(76);
    expect(still.get(0, 'temperatureC')).toBe(before);
  });

  test('never leaves the range of what is physical', async () => {
    using driver = await oneCard();
    const change = fc.oneof(
      fc.record({
        property: fc.constant('load' as const),
        value: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({
        property: fc.constant('powerLimitMilliwatts' as const),
        value: fc.integer({ min: 100_000, max: 215_000 }),
      }),
      fc.record({
        property: fc.constant('acousticThresholdC' as const),
        value: fc.integer({ min: 65, max: 91 }),
      }),
      fc.record({ property: fc.constant('ambientC' as const), value: fc.integer({ min: 10, max: 40 }) }),
      fc.record({ property: fc.constant('fanIsManual' as const), value: fc.integer({ min: 0, max: 1 }) }),
    );
    const turn = fc.record({ change, seconds: fc.double({ min: 0, max: 400, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        for (const { change: step, seconds } of turns) {
          driver.set(0, step.property, step.value);
          const [work, energy] = [driver.get(0, 'workDone'), driver.get(0, 'energyMillijoules')];
          driver.advance(seconds);
          const temperature = driver.get(0, 'temperatureC');
          expect(temperature).toBeGreaterThanOrEqual(9);
          expect(temperature).toBeLessThanOrEqual(101);
          expect(driver.get(0, 'throughput')).toBeLessThanOrEqual(driver.get(0, 'load'));
          expect(driver.get(0, 'workDone')).toBeGreaterThanOrEqual(work);
          expect(driver.get(0, 'workDone')).toBeLessThanOrEqual(work + seconds * 1.000001);
          expect(driver.get(0, 'energyMillijoules')).toBeGreaterThanOrEqual(energy);
        }
      }),
      { numRuns: 60 },
    );
  });
});
