import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_TIMINGS,
  FAILURES_LIMIT,
  LOSSES_LIMIT,
} from '../../../src/gateway/dispatch/dispatch-timings.ts';
import {
  dueAt,
  isOver,
  type JobEvent,
  type JobState,
  newJobState,
  nodeOf,
  recoveredJobState,
  reduceJob,
} from '../../../src/gateway/dispatch/job-machine.ts';

const timings = DEFAULT_TIMINGS;
const error = { code: 'worker-crashed', message: 'It crashed.', param: null } as const;

function run(state: JobState, ...events: JobEvent[]): JobState {
  return events.reduce((current, event) => reduceJob(current, event, 0, timings).state, state);
}

const offer = (nodeId: string): JobEvent => ({ type: 'offer', nodeId });
const from = <Type extends 'accept' | 'progress' | 'held' | 'result' | 'preempted'>(
  type: Type,
  nodeId: string,
  attempt: number,
): JobEvent => ({ type, nodeId, attempt });

describe('a job', () => {
  const fresh = newJobState(0, timings);

  it('goes from the queue over offer and acceptance to its result', () => {
    const offered = run(fresh, offer('a'));
    expect(offered).toMatchObject({ phase: { name: 'offered', nodeId: 'a' }, attempt: 1 });
    const running = run(offered, from('accept', 'a', 1));
    expect(running.phase.name).toBe('running');
    expect(run(running, from('result', 'a', 1)).phase).toEqual({ name: 'finished', nodeId: 'a' });
  });

  it('goes to another node, as another attempt, when it is refused or not answered', () => {
    const refused = reduceJob(
      run(fresh, offer('a')),
      { type: 'refuse', reason: 'busy', nodeId: 'a', attempt: 1 },
      0,
      timings,
    );
    expect(refused).toMatchObject({ state: { phase: { name: 'queued' } }, avoid: 'a' });
    const offered = run(fresh, offer('a'));
    const late = reduceJob(offered, { type: 'due' }, dueAt(offered) ?? 0, timings);
    expect(late).toMatchObject({ state: { phase: { name: 'queued' } }, avoid: 'a' });
    expect(run(late.state, offer('b')).attempt).toBe(2);
  });

  it('renews its lease with progress and is requeued when the node is silent', () => {
    const running = run(fresh, offer('a'), from('accept', 'a', 1));
    const renewed = reduceJob(running, from('progress', 'a', 1), 5_000, timings).state;
    expect(dueAt(renewed)).toBe(15_000);
    expect(reduceJob(renewed, { type: 'due' }, 14_999, timings).state.phase.name).toBe('running');
    const lost = reduceJob(renewed, { type: 'due' }, 15_000, timings).state;
    expect(lost).toMatchObject({ phase: { name: 'queued' }, losses: 1, failures: 0 });
  });

  it('is ended by the gateway when a node goes on beyond the wall time', () => {
    let state = run(fresh, offer('a'), from('accept', 'a', 1));
    let now = 0;
    while (state.phase.name === 'running') {
      now += 5_000;
      state = reduceJob(state, from('progress', 'a', 1), now, timings).state;
      state = reduceJob(state, { type: 'due' }, now, timings).state;
    }
    expect(now).toBe(610_000);
    expect(state).toMatchObject({ phase: { name: 'queued' }, failures: 1 });
  });

  it('does not hold a preemption against anyone, however often', () => {
    let state = fresh;
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      state = run(state, offer('a'), from('accept', 'a', attempt), from('preempted', 'a', attempt));
    }
    expect(state).toMatchObject({ phase: { name: 'queued' }, attempt: 50, failures: 0, losses: 0 });
  });

  it('fails after a limited number of retryable failures or of lost nodes, and at once after a fault of its own', () => {
    const failed = (attempt: number, retryable: boolean): JobEvent => ({
      type: 'failed',
      nodeId: 'a',
      attempt,
      error,
      retryable,
    });
    let state = fresh;
    for (let attempt = 1; attempt <= FAILURES_LIMIT; attempt += 1) {
      expect(state.phase.name).toBe('queued');
      state = run(state, offer('a'), from('accept', 'a', attempt), failed(attempt, true));
    }
    expect(state.phase).toEqual({ name: 'failed', error });
    expect(run(fresh, offer('a'), from('accept', 'a', 1), failed(1, false)).phase.name).toBe('failed');
    let lost = fresh;
    for (let attempt = 1; attempt <= LOSSES_LIMIT; attempt += 1) {
      lost = run(lost, offer('a'), from('accept', 'a', attempt), { type: 'node-gone', nodeId: 'a' });
    }
    expect(lost.phase).toMatchObject({ name: 'failed', error: { code: 'worker-crashed' } });
  });

  it('does not hold it against a job that somebody killed its worker, within the limit of lost nodes', () => {
    let state = fresh;
    for (let attempt = 1; attempt <= LOSSES_LIMIT; attempt += 1) {
      expect(state).toMatchObject({ phase: { name: 'queued' }, failures: 0 });
      const killed = { ...error, code: 'worker-killed' } as const;
      state = run(state, offer('a'), from('accept', 'a', attempt), {
        type: 'failed',
        nodeId: 'a',
        attempt,
        error: killed,
        retryable: true,
      });
    }
    expect(state.phase.name).toBe('failed');
  });

  it('fails with no-capacity when it waited too long', () => {
    expect(reduceJob(fresh, { type: 'due' }, 60_000, timings).state.phase).toMatchObject({
      name: 'failed',
      error: { code: 'no-capacity' },
    });
  });

  it('fails when its model is stopped while it waits, and is left alone while it runs', () => {
    const stopped = { type: 'model-stopped', error } as const;
    expect(reduceJob(fresh, stopped, 1, timings).state.phase).toEqual({ name: 'failed', error });
    const offered = reduceJob(fresh, { type: 'offer', nodeId: 'a' }, 1, timings).state;
    expect(reduceJob(offered, stopped, 2, timings).state).toEqual(offered);
  });

  it('takes messages that come before the acceptance, which may be lost', () => {
    expect(run(fresh, offer('a'), from('progress', 'a', 1)).phase.name).toBe('running');
    expect(run(fresh, offer('a'), from('result', 'a', 1)).phase.name).toBe('finished');
  });

  it('ignores a late result of an attempt that is over', () => {
    const second = run(
      fresh,
      offer('a'),
      from('accept', 'a', 1),
      from('preempted', 'a', 1),
      offer('b'),
      from('accept', 'b', 2),
    );
    expect(reduceJob(second, from('result', 'a', 1), 0, timings)).toMatchObject({
      stale: true,
      state: second,
    });
    expect(reduceJob(second, from('result', 'a', 2), 0, timings).stale).toBe(true);
    expect(reduceJob(second, from('result', 'b', 2), 0, timings).stale).toBe(false);
  });
});

describe('a job read back after a restart', () => {
  const stored = { attempt: 3, failures: 0, losses: 0, nodeId: 'a' };
  const recovering = recoveredJobState(stored, 0, timings);

  it('is left where it is when its node still holds it', () => {
    expect(run(recovering, from('held', 'a', 3))).toMatchObject({
      attempt: 3,
      phase: { name: 'running', nodeId: 'a' },
    });
  });

  it('takes a result that arrives before anything else', () => {
    expect(run(recovering, from('result', 'a', 3)).phase.name).toBe('finished');
  });

  it('believes in offers that were not written down, but not in attempts that are over', () => {
    expect(run(recovering, from('held', 'b', 4))).toMatchObject({ attempt: 4, phase: { nodeId: 'b' } });
    expect(reduceJob(recovering, from('held', 'b', 3), 0, timings).stale).toBe(true);
    expect(reduceJob(recovering, from('held', 'a', 2), 0, timings).stale).toBe(true);
  });

  it('is requeued after the grace period, or at once when its node came back without it', () => {
    expect(reduceJob(recovering, { type: 'due' }, 3_000, timings).state.phase.name).toBe('queued');
    expect(run(recovering, { type: 'node-gone', nodeId: 'a' }).phase.name).toBe('queued');
    expect(run(recovering, { type: 'node-gone', nodeId: 'b' }).phase.name).toBe('recovering');
  });

  it('adopts nothing any more once it was offered again', () => {
    const offered = run(recovering, { type: 'node-gone', nodeId: 'a' }, offer('c'));
    expect(offered.attempt).toBe(4);
    expect(reduceJob(offered, from('held', 'b', 9), 0, timings).stale).toBe(true);
  });
});

const nodeId = fc.constantFrom('a', 'b', 'c');
const attempt = fc.integer({ min: 1, max: 6 });
const anyEvent: fc.Arbitrary<JobEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom('accept', 'progress', 'held', 'result', 'preempted'),
    nodeId,
    attempt,
  }),
  fc.record({ type: fc.constant('refuse'), nodeId, attempt, reason: fc.constant('busy') }),
  fc.record({
    type: fc.constant('failed'),
    nodeId,
    attempt,
    error: fc.constant(error),
    retryable: fc.boolean(),
  }),
  fc.record({ type: fc.constant('offer'), nodeId }),
  fc.record({ type: fc.constant('node-gone'), nodeId }),
  fc.record({ type: fc.constant('due') }),
  fc.record({ type: fc.constant('model-stopped'), error: fc.constant(error) }),
  fc.record({ type: fc.constant('cancel') }),
);

describe('whatever happens', () => {
  it('a job ends at most once, its attempts only grow, and only the current attempt moves it', () => {
    const start = fc.constantFrom(
      newJobState(0, timings),
      recoveredJobState({ attempt: 2, failures: 1, losses: 1, nodeId: 'a' }, 0, timings),
    );
    const steps = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 4_000 })), { maxLength: 60 });
    fc.assert(
      fc.property(start, steps, (initial, events) => {
        let state = initial;
        let now = 0;
        let ends = 0;
        for (const [event, elapsed] of events) {
          now += elapsed;
          const before = state;
          const transition = reduceJob(before, event, now, timings);
          state = transition.state;
          if (!isOver(before) && isOver(state)) ends += 1;
          if (isOver(before)) expect(state).toBe(before);
          if (transition.stale) expect(state).toBe(before);
          expect(state.attempt).toBeGreaterThanOrEqual(before.attempt);
          if (
            event.type === 'result' &&
            state.phase.name === 'finished' &&
            before.phase.name !== 'finished'
          ) {
            const adopted = before.recovered && nodeOf(before) === undefined;
            if (!adopted) {
              expect(nodeOf(before)).toBe(event.nodeId);
              expect(before.attempt).toBe(event.attempt);
            }
          }
          expect(isOver(state)).toBe(dueAt(state) === undefined);
        }
        expect(ends).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('an unfinished job that hears nothing more comes to an end by its deadlines alone', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        let state = run(newJobState(0, timings), ...events);
        for (let step = 0; step < 4 && !isOver(state); step += 1) {
          state = reduceJob(state, { type: 'due' }, dueAt(state) ?? 0, timings).state;
        }
        expect(isOver(state)).toBe(true);
      }),
    );
  });
});
