import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HEADROOM_AT_START,
  type HeadroomInput,
  type HeadroomState,
  headroomStep,
} from '../../../src/agent/gpu/memory-headroom.ts';

const GIGABYTE = 1e9;
const HEADROOM = GIGABYTE;

function run(inputs: readonly Omit<HeadroomInput, 'atSeconds'>[], from: HeadroomState = HEADROOM_AT_START) {
  let state = from;
  return inputs.map((input, atSeconds) => {
    const step = headroomStep(state, { ...input, atSeconds }, HEADROOM);
    state = step.state;
    return step.yields;
  });
}

const reading = (freeGigabytes: number, hasWorker: boolean) => ({
  freeBytes: freeGigabytes * GIGABYTE,
  hasWorker,
});

describe('the head-room of a card', () => {
  test('stops work at the second reading in a row with too little memory free', () => {
    expect(run([reading(4, true), reading(0.5, true), reading(0.4, true)])).toEqual([false, false, true]);
    expect(run([reading(0.5, true), reading(4, true), reading(0.5, true)])).toEqual([false, false, false]);
  });

  test('starts no work while too little is free', () => {
    expect(run([reading(0.5, false), reading(0.9, false), reading(1, false)])).toEqual([true, true, false]);
  });

  test('resumes when the head-room is left besides what our work took', () => {
    const yielded = [reading(0.5, true), reading(0.5, true)];
    // The worker held 3 GB; 4.1 GB are needed for it and the head-room with its margin.
    const after = [reading(3.5, false), reading(4, false), reading(4.2, false), reading(4.2, false)];
    expect(run([...yielded, ...after]).slice(2)).toEqual([true, true, false, false]);
  });

  test('waits for the worker to be gone before it counts what it took', () => {
    const yields = run([
      reading(0.5, true),
      reading(0.5, true),
      reading(0.6, true),
      reading(3.5, false),
      reading(3.9, false),
    ]);
    expect(yields.slice(2)).toEqual([true, true, true]);
  });

  test('tries again after ten minutes, whatever the last work took', () => {
    const state: HeadroomState = {
      kind: 'yielded',
      sinceSeconds: 0,
      freeWhenYielded: 0,
      ownBytes: 100 * GIGABYTE,
    };
    const at = (atSeconds: number) =>
      headroomStep(state, { atSeconds, ...reading(5, false) }, HEADROOM).yields;
    expect(at(599)).toBe(true);
    expect(at(600)).toBe(false);
  });

  test('decides nothing on a card that does not tell', () => {
    expect(run([{ freeBytes: null, hasWorker: true }])).toEqual([false]);
  });

  test('for all readings: never lets work begin with less than the head-room free', () => {
    const inputs = fc.array(
      fc.record({ freeBytes: fc.option(fc.nat(5 * GIGABYTE)), hasWorker: fc.boolean() }),
    );
    fc.assert(
      fc.property(inputs, (readings) => {
        const yields = run(readings);
        for (const [index, { freeBytes, hasWorker }] of readings.entries()) {
          if (!hasWorker && freeBytes !== null && freeBytes < HEADROOM) expect(yields[index]).toBe(true);
        }
      }),
    );
  });
});
