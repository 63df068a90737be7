import { expect, it } from 'vitest';
import { SpeedHistory } from '../../../src/renderer/api/speed-history.ts';

it('keeps one sample a second, the highest, and at most a minute of them', () => {
  let now = 0;
  const history = new SpeedHistory(() => now);
  history.record(10);
  now = 400;
  history.record(30);
  history.record(20);
  expect(history.samples()).toEqual([30]);
  for (let second = 1; second <= 70; second++) {
    now = second * 1000;
    history.record(second);
  }
  expect(history.samples()).toHaveLength(60);
  expect(history.samples().at(-1)).toBe(70);
});

it('tells its subscribers until they leave', () => {
  let now = 0;
  const history = new SpeedHistory(() => now);
  let told = 0;
  const leave = history.subscribe(() => told++);
  history.record(1);
  now = 2000;
  leave();
  history.record(2);
  expect(told).toBe(1);
});
