import { describe, expect, it } from 'vitest';
import { Pacer, type PacerTime } from '../../src/workers/pacer.ts';

/** Time that passes when the test says so. */
class ManualTime implements PacerTime {
  timers: { atMs: number; callBack: () => void }[] = [];
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, callBack: () => void): () => void {
    const timer = { atMs: this.#nowMs + milliseconds, callBack };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  async advance(milliseconds: number): Promise<void> {
    this.#nowMs += milliseconds;
    const due = this.timers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.timers = this.timers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { callBack } of due) callBack();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function pacedBy(dutyCycle: number) {
  const time = new ManualTime();
  const pacer = new Pacer(time);
  pacer.setDutyCycle(dutyCycle);
  let runs = 0;
  const run = (milliseconds: number) =>
    pacer.pace(async () => {
      runs += 1;
      await time.advance(milliseconds);
    });
  return { time, pacer, run, runs: () => runs };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Pacer', () => {
  it('rests before the next run for what the last one owes', async () => {
    const { time, run, runs } = pacedBy(0.25);
    await run(100);
    const second = run(1);
    await settled();
    expect(runs()).toBe(1);
    await time.advance(299);
    expect(runs()).toBe(1);
    await time.advance(1);
    await second;
    expect(runs()).toBe(2);
  });

  it('saves up rests until they are worth a timer', async () => {
    const { time, run } = pacedBy(0.5);
    for (let step = 0; step < 5; step++) await run(1);
    expect(time.timers).toEqual([]);
    const next = run(1);
    await settled();
    expect(time.timers).toHaveLength(1);
    await time.advance(5);
    await next;
  });

  it('wakes at once when it is given full speed', async () => {
    const { time, pacer, run, runs } = pacedBy(0.01);
    await run(200);
    const next = run(1);
    await settled();
    expect(runs()).toBe(1);
    pacer.setDutyCycle(1);
    await next;
    expect(runs()).toBe(2);
    expect(time.timers).toEqual([]);
    expect(pacer.isFullSpeed).toBe(true);
  });

  it('rests for the new share when it changes in the middle of a rest', async () => {
    const { time, pacer, run, runs } = pacedBy(0.1);
    await run(100);
    const next = run(1);
    await time.advance(300);
    pacer.setDutyCycle(0.5);
    await settled();
    await time.advance(119);
    expect(runs()).toBe(1);
    await time.advance(1);
    await next;
    expect(runs()).toBe(2);
  });

  it('counts time without work as rest', async () => {
    const { time, run, runs } = pacedBy(0.5);
    await run(100);
    await time.advance(100);
    await run(1);
    expect(runs()).toBe(2);
  });

  it('passes on what a run throws, and counts its time', async () => {
    const { time, pacer, run } = pacedBy(0.5);
    const failing = pacer.pace(async () => {
      await time.advance(100);
      throw new Error('the graph does not run');
    });
    await expect(failing).rejects.toThrow('the graph does not run');
    const next = run(1);
    await settled();
    expect(time.timers).toMatchObject([{ atMs: 200 }]);
    await time.advance(100);
    await next;
  });
});
