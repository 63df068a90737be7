import { expect, it } from 'vitest';
import { GpuRecorder } from '../../../src/renderer/api/gpu-recorder.ts';
import { CARD_UUID, gpuHistory, gpuSample } from '../../support/dashboard-gpu-fixtures.ts';

it('keeps cards apart, and tells when there is something new', () => {
  const recorder = new GpuRecorder();
  let told = 0;
  const end = recorder.subscribe(() => {
    told += 1;
  });
  recorder.record([gpuSample({ atMs: 1 }), gpuSample({ atMs: 1, uuid: 'GPU-other' })]);
  recorder.record([gpuSample({ atMs: 1 })]);
  expect(told).toBe(1);
  recorder.seed(gpuHistory({ readings: 3 }));
  expect(told).toBe(2);
  expect(recorder.series(CARD_UUID).length).toBe(3);
  expect(recorder.series('GPU-other').length).toBe(1);
  end();
  recorder.record([gpuSample({ atMs: Date.now() + 1 })]);
  expect(told).toBe(2);
});
