import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tariffOfKind, withHoursPriced } from '../../../src/renderer/settings/tariff-kind.ts';
import { tariffSchema } from '../../../src/shared/tariff.ts';

const flat = { kind: 'flat', pricePerKilowattHour: 0.25 } as const;

it('keeps the price that is known when the kind changes', () => {
  expect(tariffOfKind('hourly', flat)).toEqual({
    kind: 'hourly',
    pricesPerKilowattHour: Array.from({ length: 24 }, () => 0.25),
  });
  const pricesPerKilowattHour = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 0.1 : 0.3));
  expect(tariffOfKind('flat', { kind: 'hourly', pricesPerKilowattHour })).toEqual({
    kind: 'flat',
    pricePerKilowattHour: 0.2,
  });
  expect(tariffOfKind('none', flat)).toBeNull();
});

it('starts with a tariff that the settings take', () => {
  for (const kind of ['flat', 'hourly'] as const)
    expect(tariffSchema.parse(tariffOfKind(kind, null))).toMatchObject({ kind });
});

it('prices a span of hours, over midnight too, and leaves the others', () => {
  const hour = fc.integer({ min: 0, max: 23 });
  fc.assert(
    fc.property(hour, hour, (from, until) => {
      const priced = withHoursPriced(
        Array.from({ length: 24 }, () => 1),
        from,
        until,
        2,
      );
      const length = from === until ? 24 : (until - from + 24) % 24;
      const expected = Array.from({ length }, (_, index) => (from + index) % 24);
      expect(priced.flatMap((price, at) => (price === 2 ? [at] : []))).toEqual(
        expected.sort((a, b) => a - b),
      );
    }),
  );
});
