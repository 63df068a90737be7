import { describe, expect, it } from 'vitest';
import { toReport } from '../../bench/report.ts';

const result = { samples: 3, figures: { latencyMs: 12.3456 }, peers: {} };

describe('a benchmark report', () => {
  it('says of each promise whether this run kept it', () => {
    const report = toReport('demo', {
      ...result,
      promises: [
        { figure: 'latencyMs', op: '<=', value: 20 },
        { figure: 'latencyMs', op: '>=', value: 20 },
      ],
    });
    expect(report.promises.map((promise) => promise.met)).toEqual([true, false]);
    expect(report.figures).toEqual({ latencyMs: 12.35 });
  });

  it('refuses a promise about something that was not measured', () => {
    expect(() =>
      toReport('demo', { ...result, promises: [{ figure: 'other', op: '<=', value: 1 }] }),
    ).toThrow('other');
  });
});
