import type { RefusalReason } from '../../shared/job-protocol.ts';
import type { StoredError } from '../store/database-schema.ts';
import { type DispatchTimings, FAILURES_LIMIT, LOSSES_LIMIT } from './dispatch-timings.ts';

/**
 * The states of a job, as a pure reducer over plain data. Times are milliseconds since 1970.
 *
 * | phase      | event                                  | next      | and                                  |
 * |------------|----------------------------------------|-----------|--------------------------------------|
 * | queued     | offer                                  | offered   | attempt + 1                          |
 * | queued     | due: waited queueSeconds               | failed    | `no-capacity`                        |
 * | queued     | model-stopped                          | failed    | `model-quarantined`                  |
 * | offered    | accept                                 | running   | lease starts                         |
 * | offered    | refuse; due: no answer                 | queued    | node avoided                         |
 * | offered    | progress, result, failed, preempted    | as running: the accept was lost                  |
 * | offered    | node-gone                              | queued    |                                      |
 * | running    | progress, held                         | running   | lease renewed                        |
 * | running    | result                                 | finished  |                                      |
 * | running    | failed, not retryable                  | failed    |                                      |
 * | running    | failed with `worker-killed`            | as node-gone: nothing speaks against the job     |
 * | running    | failed, retryable; due: wall time      | queued    | failures + 1; at the limit: failed   |
 * | running    | preempted                              | queued    | node avoided, nobody punished        |
 * | running    | node-gone; due: lease over             | queued    | losses + 1; at the limit: failed     |
 * | recovering | any message about an attempt not over  | as running on that node: adopted                 |
 * | recovering | due: recoverySeconds; node-gone        | queued    |                                      |
 * | unfinished | cancel                                 | cancelled | its node is told                     |
 * | over       | anything                               | as it was |                                      |
 *
 * A message counts only when it comes from the node of the current attempt and names that attempt; any other is
 * *stale* and changes nothing: attempts fence.
 */
type JobPhase =
  | { readonly name: 'recovering'; readonly until: number; readonly nodeId: string | null }
  | { readonly name: 'queued'; readonly until: number }
  | { readonly name: 'offered'; readonly nodeId: string; readonly until: number }
  | { readonly name: 'running'; readonly nodeId: string; readonly until: number; readonly wallEnds: number }
  | { readonly name: 'finished'; readonly nodeId: string }
  | { readonly name: 'failed'; readonly error: StoredError }
  | { readonly name: 'cancelled' };

export interface JobState {
  readonly phase: JobPhase;
  /** Number of the last offer; every offer has its own. */
  readonly attempt: number;
  readonly failures: number;
  readonly losses: number;
  /** Read back after a restart and not offered since: offers that were not written down may be out there. */
  readonly recovered: boolean;
}

interface AboutAttempt {
  readonly nodeId: string;
  readonly attempt: number;
}

export type JobEvent =
  | ({ readonly type: 'accept' | 'progress' | 'held' | 'result' | 'preempted' } & AboutAttempt)
  | ({ readonly type: 'refuse'; readonly reason: RefusalReason } & AboutAttempt)
  | ({ readonly type: 'failed'; readonly error: StoredError; readonly retryable: boolean } & AboutAttempt)
  | { readonly type: 'offer'; readonly nodeId: string }
  | { readonly type: 'node-gone'; readonly nodeId: string }
  | { readonly type: 'model-stopped'; readonly error: StoredError }
  | { readonly type: 'due' }
  | { readonly type: 'cancel' };

export interface Transition {
  readonly state: JobState;
  /** The message is not about the current attempt, and was ignored. */
  readonly stale: boolean;
  /** The node the job was taken from and should not be offered to at once. */
  readonly avoid: string | undefined;
}

export function newJobState(now: number, timings: DispatchTimings): JobState {
  return {
    phase: { name: 'queued', until: now + timings.queueSeconds * 1000 },
    attempt: 0,
    failures: 0,
    losses: 0,
    recovered: false,
  };
}

/** An unfinished job as read from the database after a restart. */
export function recoveredJobState(
  stored: {
    readonly attempt: number;
    readonly failures: number;
    readonly losses: number;
    readonly nodeId: string | null;
  },
  now: number,
  timings: DispatchTimings,
): JobState {
  const { nodeId, ...counts } = stored;
  return {
    ...counts,
    phase: { name: 'recovering', until: now + timings.recoverySeconds * 1000, nodeId },
    recovered: true,
  };
}

/** The result could not be written: the node still has the job, and brings the result again. */
export function reopenedJobState(
  state: JobState,
  nodeId: string,
  now: number,
  timings: DispatchTimings,
): JobState {
  return running(state, nodeId, now, timings);
}

export function isOver(state: JobState): boolean {
  return state.phase.name === 'finished' || state.phase.name === 'failed' || state.phase.name === 'cancelled';
}

/** The node that has the job or its offer. */
export function nodeOf(state: JobState): string | undefined {
  return state.phase.name === 'offered' || state.phase.name === 'running' ? state.phase.nodeId : undefined;
}

/** When a `due` event is, if nothing happens before. */
export function dueAt(state: JobState): number | undefined {
  switch (state.phase.name) {
    case 'recovering':
    case 'queued':
    case 'offered':
      return state.phase.until;
    case 'running':
      return Math.min(state.phase.until, state.phase.wallEnds);
    case 'finished':
    case 'failed':
    case 'cancelled':
      return undefined;
  }
}

export function reduceJob(
  state: JobState,
  event: JobEvent,
  now: number,
  timings: DispatchTimings,
): Transition {
  const { phase } = state;
  if (isOver(state)) return { state, stale: 'attempt' in event, avoid: undefined };
  switch (event.type) {
    case 'offer':
      return phase.name === 'queued' ? to(offered(state, event.nodeId, now, timings)) : to(state);
    case 'model-stopped':
      return phase.name === 'queued'
        ? to({ ...state, phase: { name: 'failed', error: event.error } })
        : to(state);
    case 'cancel':
      return to({ ...state, phase: { name: 'cancelled' } });
    case 'node-gone':
      return nodeGone(state, event.nodeId, now, timings);
    case 'due':
      return due(state, now, timings);
    default:
      break;
  }
  if (isAdoptable(state, event)) {
    return reduceCurrent(adopted(state, event, now, timings), event, now, timings);
  }
  if (nodeOf(state) !== event.nodeId || state.attempt !== event.attempt) {
    return { state, stale: true, avoid: undefined };
  }
  return reduceCurrent(state, event, now, timings);
}

type AttemptEvent = Extract<JobEvent, AboutAttempt>;

/** The event is about the current attempt, which is offered or running. */
function reduceCurrent(
  state: JobState,
  event: AttemptEvent,
  now: number,
  timings: DispatchTimings,
): Transition {
  switch (event.type) {
    case 'accept':
    case 'progress':
    case 'held':
      return to(running(state, event.nodeId, now, timings));
    case 'result':
      return to({ ...state, phase: { name: 'finished', nodeId: event.nodeId } });
    case 'refuse':
    case 'preempted':
      return to(queued(state, now, timings), event.nodeId);
    case 'failed':
      if (!event.retryable) return to({ ...state, phase: { name: 'failed', error: event.error } });
      if (event.error.code === 'worker-killed') return taken(state, now, timings, event.nodeId);
      return failedOnce(state, event.error, now, timings, event.nodeId);
  }
}

function nodeGone(state: JobState, nodeId: string, now: number, timings: DispatchTimings): Transition {
  const { phase } = state;
  if (phase.name === 'recovering' && phase.nodeId === nodeId) return to(queued(state, now, timings));
  return nodeOf(state) === nodeId ? taken(state, now, timings, nodeId) : to(state);
}

function due(state: JobState, now: number, timings: DispatchTimings): Transition {
  const { phase } = state;
  const time = dueAt(state);
  if (time === undefined || now < time) return to(state);
  switch (phase.name) {
    case 'recovering':
      return to(queued(state, now, timings));
    case 'queued':
      return to({ ...state, phase: { name: 'failed', error: NO_CAPACITY } });
    case 'offered':
      return to(queued(state, now, timings), phase.nodeId);
    case 'running':
      return now >= phase.wallEnds
        ? failedOnce(state, TIMED_OUT, now, timings, phase.nodeId)
        : taken(state, now, timings, phase.nodeId);
    case 'finished':
    case 'failed':
    case 'cancelled':
      return to(state);
  }
}

/**
 * An attempt we did not make, or made before a restart: ours to take up again unless we know that it is over.
 * After a restart, the last offers may not have been written down, so higher numbers are believed.
 */
function isAdoptable(state: JobState, event: AttemptEvent): boolean {
  if (!state.recovered || event.type === 'refuse') return false;
  const { phase } = state;
  if (phase.name !== 'recovering' && phase.name !== 'queued') return false;
  if (event.attempt > state.attempt) return true;
  return phase.name === 'recovering' && event.attempt === state.attempt && event.nodeId === phase.nodeId;
}

function adopted(state: JobState, event: AttemptEvent, now: number, timings: DispatchTimings): JobState {
  return running({ ...state, attempt: event.attempt }, event.nodeId, now, timings);
}

function offered(state: JobState, nodeId: string, now: number, timings: DispatchTimings): JobState {
  const until = now + timings.answerWithinMs + timings.answerGraceMs;
  return {
    ...state,
    attempt: state.attempt + 1,
    recovered: false,
    phase: { name: 'offered', nodeId, until },
  };
}

function running(state: JobState, nodeId: string, now: number, timings: DispatchTimings): JobState {
  const leaseMs = timings.leaseSeconds * 1000;
  // The node ends the run itself at its wall time; ours is later, for a node that does not.
  const wallEnds =
    state.phase.name === 'running' ? state.phase.wallEnds : now + timings.wallSeconds * 1000 + leaseMs;
  return { ...state, phase: { name: 'running', nodeId, until: now + leaseMs, wallEnds } };
}

function queued(state: JobState, now: number, timings: DispatchTimings): JobState {
  return { ...state, phase: { name: 'queued', until: now + timings.queueSeconds * 1000 } };
}

function failedOnce(
  state: JobState,
  error: StoredError,
  now: number,
  timings: DispatchTimings,
  avoid: string,
): Transition {
  const failures = state.failures + 1;
  if (failures >= FAILURES_LIMIT) return to({ ...state, failures, phase: { name: 'failed', error } });
  return to(queued({ ...state, failures }, now, timings), avoid);
}

/** The node went away: with an offer that says nothing about the job, with the job it may. */
function taken(state: JobState, now: number, timings: DispatchTimings, avoid: string): Transition {
  const losses = state.phase.name === 'running' ? state.losses + 1 : state.losses;
  if (losses >= LOSSES_LIMIT) return to({ ...state, losses, phase: { name: 'failed', error: LOST } });
  return to(queued({ ...state, losses }, now, timings), avoid);
}

function to(state: JobState, avoid?: string): Transition {
  return { state, stale: false, avoid };
}

const NO_CAPACITY: StoredError = {
  code: 'no-capacity',
  message: 'No node was free to take the job. Try again later.',
  param: null,
};
const TIMED_OUT: StoredError = {
  code: 'job-timeout',
  message: 'The job ran longer than a job may. Ask for less in one request.',
  param: null,
};
const LOST: StoredError = {
  code: 'worker-crashed',
  message: `${LOSSES_LIMIT} nodes were lost while they ran the job. Change the request before trying again.`,
  param: null,
};
