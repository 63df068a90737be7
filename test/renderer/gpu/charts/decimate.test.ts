import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate, firstNotBefore } from '../../../../src/renderer/gpu/charts/decimate.ts';

const readings = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 3000 }),
      fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(Number.NaN)),
    ),
    {
      maxLength: 300,
    },
  )
  .map((rows) => {
    let atMs = 1_700_000_000_000;
    const times = rows.map(([gap]) => {
      atMs += gap;
      return atMs;
    });
    return {
      times: Float64Array.from(times),
      values: Float64Array.from(rows, ([, value]) => value),
      endMs: atMs,
    };
  });

describe('decimate', () => {
  it('shows every reading where there is room', () => {
    const times = Float64Array.of(1000, 2000, 3000);
    const drawn = decimate(times, [Float64Array.of(1, Number.NaN, 3)], { fromMs: 0, untilMs: 4000 }, 100);
    expect(drawn).toEqual({ times: [1000, 2000, 3000], columns: [[1, null, 3]] });
  });

  it('shows the lowest and the highest of a column of pixels, in their order', () => {
    const times = Float64Array.of(10, 20, 30, 40);
    const columns = [Float64Array.of(5, 9, 1, 4), Float64Array.of(1, 2, 3, 4)];
    const drawn = decimate(times, columns, { fromMs: 0, untilMs: 100 }, 1);
    expect(drawn).toEqual({
      times: [10, 40],
      columns: [
        [9, 1],
        [1, 4],
      ],
    });
  });

  it('breaks the line where nothing was read for a while', () => {
    const times = Float64Array.of(0, 500, 60_000);
    const drawn = decimate(times, [Float64Array.of(1, 2, 3)], { fromMs: 0, untilMs: 60_000 }, 1000);
    expect(drawn).toEqual({ times: [0, 500, 59_999, 60_000], columns: [[1, 2, null, 3]] });
  });

  it('starts one reading before the span, so that the line reaches the edge', () => {
    const times = Float64Array.of(0, 1000, 2000);
    const drawn = decimate(times, [Float64Array.of(1, 2, 3)], { fromMs: 1500, untilMs: 2000 }, 50);
    expect(drawn.times).toEqual([1000, 2000]);
  });

  it('loses no peak and stays small, whatever the readings', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 80 }), ({ times, values, endMs }, pixels) => {
        const fromMs = times[0] ?? endMs;
        const { times: drawnTimes, columns } = decimate(times, [values], { fromMs, untilMs: endMs }, pixels);
        const drawn = (columns[0] ?? []).filter((value) => value !== null);
        const told = [...values].filter((value) => !Number.isNaN(value));
        expect(Math.max(...drawn)).toBe(Math.max(...told));
        expect(Math.min(...drawn)).toBe(Math.min(...told));
        expect(drawnTimes.length).toBeLessThanOrEqual(2 * (pixels + 2));
        expect(columns[0]).toHaveLength(drawnTimes.length);
        expect(drawnTimes).toEqual(drawnTimes.toSorted((a, b) => a - b));
      }),
    );
  });

  it('draws what stays in view the same while time goes on', () => {
    const times = Float64Array.from({ length: 1000 }, (_, row) => row * 500);
    const values = Float64Array.from({ length: 1000 }, (_, row) => (row * 37) % 91);
    const at = (untilMs: number) => {
      const drawn = decimate(times, [values], { fromMs: untilMs - 100_000, untilMs }, 20);
      const pairs = drawn.times.map((time, index) => [time, drawn.columns[0]?.[index]] as const);
      return pairs.filter(([time]) => time > 240_000 && time < 290_000);
    };
    expect(at(300_500)).toEqual(at(300_000));
    expect(at(307_000)).toEqual(at(300_000));
  });
});

it('finds the first time that is not before another', () => {
  const times = Float64Array.of(10, 20, 20, 30);
  expect([5, 10, 15, 20, 25, 30, 31].map((at) => firstNotBefore(times, at))).toEqual([0, 0, 1, 1, 3, 3, 4]);
});
