import { expect, test } from 'vitest';
import { GraphicsProcesses } from '../../../src/agent/gpu/graphics-processes.ts';
import { gpuSample, TEST_GPU_UUID } from '../../support/gpu-samples.ts';

const drawing = (pid: number) => ({ pid, kind: 'graphics' as const, usedBytes: null });
const computing = (pid: number) => ({ pid, kind: 'compute' as const, usedBytes: null });

test('tells what draws on which card, and only when that changes', () => {
  const graphics = new GraphicsProcesses();
  let changes = 0;
  graphics.on('change', () => {
    changes += 1;
  });
  expect(graphics.value).toBeNull();
  graphics.take([gpuSample({ processes: null })]);
  expect(graphics.value).toBeNull();
  graphics.take([gpuSample({ processes: [drawing(7), computing(8)] })]);
  graphics.take([gpuSample({ processes: [computing(8), drawing(7)] })]);
  expect(graphics.value).toEqual([{ pid: 7, gpuUuid: TEST_GPU_UUID }]);
  expect(changes).toBe(1);
  graphics.take([gpuSample({ uuid: 'GPU-2', processes: [drawing(7)] })]);
  expect(graphics.value).toEqual([
    { pid: 7, gpuUuid: TEST_GPU_UUID },
    { pid: 7, gpuUuid: 'GPU-2' },
  ]);
  graphics.take([gpuSample({ processes: [] }), gpuSample({ uuid: 'GPU-2', processes: [] })]);
  expect(graphics.value).toEqual([]);
});
