import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFault,
  type NewFault,
  ofVersion,
  type Suspect,
} from '../../../src/agent/jobs/quarantine-rules.ts';
import { QUARANTINED_MODELS_LIMIT } from '../../../src/shared/job-protocol.ts';

const HOUR_MS = 3600_000;
const fault = (model: number, atMs: number): NewFault => ({
  digest: model.toString(16).padStart(64, '0'),
  modelId: `model-${model}`,
  at: new Date(atMs).toISOString(),
  kind: 'crash',
  detail: 'It died.',
});
const faultsOf = (...faults: NewFault[]): Suspect[] =>
  faults.reduce<Suspect[]>((suspects, next) => afterFault(suspects, next, '1.0.0'), []);
const quarantined = (suspects: readonly Suspect[]) =>
  suspects.filter((suspect) => suspect.quarantinedAt !== null).map((suspect) => suspect.modelId);

describe('a model that breaks workers', () => {
  it('is put in quarantine by its second fault within a day', () => {
    expect(quarantined(faultsOf(fault(1, 0)))).toEqual([]);
    expect(quarantined(faultsOf(fault(1, 0), fault(1, 23 * HOUR_MS)))).toEqual(['model-1']);
    expect(quarantined(faultsOf(fault(1, 0), fault(1, 25 * HOUR_MS)))).toEqual([]);
    expect(quarantined(faultsOf(fault(1, 0), fault(1, 25 * HOUR_MS), fault(1, 26 * HOUR_MS)))).toEqual([
      'model-1',
    ]);
  });

  it('does not bring another one there, and an update of Gata forgets what it did', () => {
    const suspects = faultsOf(fault(1, 0), fault(2, 1), fault(2, 2));
    expect(quarantined(suspects)).toEqual(['model-2']);
    expect(ofVersion(suspects, '1.0.0')).toEqual(suspects);
    expect(ofVersion(suspects, '1.0.1')).toEqual([]);
  });

  it('is there exactly when two of its faults lie within a day, however they mix with those of others', () => {
    const event = fc.record({
      model: fc.integer({ min: 1, max: 4 }),
      hours: fc.double({ min: 0, max: 30, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let nowMs = 0;
        const faults = events.map(({ model, hours }) => {
          nowMs += Math.round(hours * HOUR_MS);
          return { model, nowMs };
        });
        const expected = [1, 2, 3, 4].filter((model) => {
          const times = faults.filter((each) => each.model === model).map((each) => each.nowMs);
          return times.some((time, index) => index > 0 && time - (times[index - 1] ?? 0) <= 24 * HOUR_MS);
        });
        const suspects = faultsOf(...faults.map((each) => fault(each.model, each.nowMs)));
        expect(quarantined(suspects).sort()).toEqual(expected.map((model) => `model-${model}`));
      }),
    );
  });

  it('is one of a bounded number, of which the newest are kept', () => {
    const many = Array.from({ length: QUARANTINED_MODELS_LIMIT + 50 }, (_, model) => [
      fault(model, model),
      fault(model, model),
    ]).flat();
    const suspects = faultsOf(...many);
    expect(quarantined(suspects)).toHaveLength(QUARANTINED_MODELS_LIMIT);
    expect(quarantined(suspects).at(-1)).toBe(`model-${QUARANTINED_MODELS_LIMIT + 49}`);
  });
});
