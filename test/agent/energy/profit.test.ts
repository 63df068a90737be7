import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profitOf } from '../../../src/agent/energy/profit.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';

const UNTOLD = DEFAULT_SETTINGS.energy;
const FLAT = { ...UNTOLD, tariff: { kind: 'flat', pricePerKilowattHour: 0.3 }, gataPrice: 0.5 } as const;
const NIGHT = Array.from({ length: 24 }, (_, hour) => (hour < 6 ? 0.1 : 0.4));
const at = (hour: number, minute = 0) => new Date(2026, 10, 20, hour, minute).getTime();

describe('profit', () => {
  it('is the worth of what was earned less the electricity', () => {
    const quarters = [
      { startMs: at(9), energyJoules: 3_600_000, earnedWei: '1000000000000000000' },
      { startMs: at(10), energyJoules: 1_800_000, earnedWei: '500000000000000000' },
    ];
    expect(profitOf(quarters, FLAT)).toEqual({
      energyJoules: 5_400_000,
      earnedWei: '1500000000000000000',
      currency: 'EUR',
      electricityCost: expect.closeTo(0.45, 12),
      earnedValue: expect.closeTo(0.75, 12),
      net: expect.closeTo(0.3, 12),
    });
  });

  it('goes by the price of each local hour', () => {
    const prices = { ...FLAT, tariff: { kind: 'hourly', pricesPerKilowattHour: NIGHT } } as const;
    const quarters = [at(5, 45), at(6), at(23, 45)].map((startMs) => ({
      startMs,
      energyJoules: 3_600_000,
      earnedWei: '0',
    }));
    expect(profitOf(quarters, prices)).toMatchObject({
      electricityCost: expect.closeTo(0.9, 12),
      earnedValue: 0,
      net: expect.closeTo(-0.9, 12),
    });
  });

  it('says nothing of what was not told', () => {
    const quarters = [{ startMs: at(9), energyJoules: 3_600_000, earnedWei: '7' }];
    const nothing = { electricityCost: null, earnedValue: null, net: null };
    expect(profitOf(quarters, UNTOLD)).toMatchObject({ ...nothing, energyJoules: 3_600_000, earnedWei: '7' });
    expect(profitOf(quarters, { ...FLAT, gataPrice: null })).toMatchObject({ earnedValue: null, net: null });
    expect(profitOf(quarters, { ...FLAT, tariff: null })).toMatchObject({ electricityCost: null, net: null });
    expect(profitOf([], FLAT)).toMatchObject({ electricityCost: 0, earnedValue: 0, net: 0 });
  });

  it('sums wei exactly, and any split of the time comes to the same', () => {
    const quarter = fc.record({
      startMs: fc.integer({ min: 0, max: 95 }).map((index) => at(0) + index * 900_000),
      energyJoules: fc.integer({ min: 0, max: 500_000 }),
      earnedWei: fc.bigInt({ min: 0n, max: 10n ** 24n }).map(String),
    });
    fc.assert(
      fc.property(fc.array(quarter), fc.nat(), (quarters, cut) => {
        const [first, second] = [quarters.slice(0, cut), quarters.slice(cut)].map((part) =>
          profitOf(part, FLAT),
        );
        const whole = profitOf(quarters, FLAT);
        expect(BigInt(whole.earnedWei)).toBe(
          quarters.reduce((sum, { earnedWei }) => sum + BigInt(earnedWei), 0n),
        );
        expect(whole.net ?? 0).toBeCloseTo((first?.net ?? 0) + (second?.net ?? 0), 6);
      }),
    );
  });
});
