import { describe, expect, test } from 'vitest';
import { RunDispatcher } from '../src/dispatch.ts';
import { EventLoopTurn } from '../src/event-loop-turn.ts';

const QUICK = 0.02;
const SLOW = 5;

function proven(dispatcher: RunDispatcher, bytes: number, runs: number): void {
  for (let run = 0; run < runs; run += 1) dispatcher.record(QUICK, bytes, false);
}

describe('runs', () => {
  test('go to a thread until a few in a row were quick', () => {
    const dispatcher = new RunDispatcher('auto');
    expect(dispatcher.isInline(64)).toBe(false);
    proven(dispatcher, 64, 2);
    dispatcher.record(SLOW, 64, false);
    proven(dispatcher, 64, 2);
    expect(dispatcher.isInline(64)).toBe(false);
    proven(dispatcher, 64, 1);
    expect(dispatcher.isInline(64)).toBe(true);
  });

  test('with more input than was measured, or an unknown amount, go to a thread', () => {
    const dispatcher = new RunDispatcher('auto');
    proven(dispatcher, 64, 3);
    expect(dispatcher.isInline(65)).toBe(false);
    expect(dispatcher.isInline(Number.POSITIVE_INFINITY)).toBe(false);
  });

  test('that surprise on the event loop have to prove themselves ever longer', () => {
    const dispatcher = new RunDispatcher('auto');
    let surprises = 0;
    for (let run = 0; run < 2000; run += 1) {
      const isInline = dispatcher.isInline(64);
      if (isInline) surprises += 1;
      dispatcher.record(isInline ? SLOW : QUICK, 64, isInline);
    }
    expect(surprises).toBeLessThan(16);
  });

  test('go where the caller wants them', () => {
    expect(new RunDispatcher('inline').isInline(Number.POSITIVE_INFINITY)).toBe(true);
    const threaded = new RunDispatcher('thread');
    proven(threaded, 64, 10);
    expect(threaded.isInline(1)).toBe(false);
    expect(threaded.learns).toBe(false);
  });
});

test('a turn of the event loop comes to everyone who waits for it', async () => {
  const turn = new EventLoopTurn();
  const end = performance.now() + 3;
  while (performance.now() < end);
  expect(turn.isSpent()).toBe(true);
  let others = 0;
  setImmediate(() => {
    others += 1;
  });
  await Promise.all([turn.next(), turn.next()]);
  expect(others).toBe(1);
});
