import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadWindow } from '../../../../src/agent/games/signals/load-window.ts';

describe('LoadWindow', () => {
  it('tells the share of others over its window', () => {
    const window = new LoadWindow(3);
    expect(window.add({ busy: 100, total: 1_000, own: 50 })).toBeNull();
    // Of 100 ticks 60 were busy, 20 of them ours.
    expect(window.add({ busy: 160, total: 1_100, own: 70 })).toBeCloseTo(0.4);
    expect(window.add({ busy: 160, total: 1_200, own: 70 })).toBeCloseTo(0.2);
    // The first sample is out of the window now.
    expect(window.add({ busy: 160, total: 1_300, own: 70 })).toBe(0);
  });

  it('starts anew when a counter goes backwards', () => {
    const window = new LoadWindow(3);
    window.add({ busy: 100, total: 1_000, own: 500 });
    expect(window.add({ busy: 200, total: 1_100, own: 10 })).toBeNull();
    expect(window.add({ busy: 250, total: 1_200, own: 10 })).toBeCloseTo(0.5);
  });

  it('is a share whatever the counters say', () => {
    const sample = fc.record({ busy: fc.nat(1_000), total: fc.nat(1_000), own: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), (samples) => {
        const window = new LoadWindow(4);
        for (const one of samples) {
          const share = window.add(one);
          expect(share === null || (share >= 0 && share <= 1)).toBe(true);
        }
      }),
    );
  });

  it('is what was put in, however steady samples are cut', () => {
    const step = fc.record({ others: fc.nat(100), own: fc.nat(100), idle: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const window = new LoadWindow(6);
        const at = { busy: 0, total: 0, own: 0 };
        let share = window.add({ ...at });
        for (const { others, own, idle } of steps) {
          at.busy += others + own;
          at.own += own;
          at.total += others + own + idle;
          share = window.add({ ...at });
        }
        const others = at.busy - at.own;
        if (at.total === 0) expect(share).toBeNull();
        else expect(share).toBeCloseTo(others / at.total);
      }),
    );
  });
});
