import type { Logger } from 'pino';
import type { JobAttempt, Presence, UpMessage } from '../../shared/job-protocol.ts';
import type { TaskOutput } from '../../shared/task.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { ReceiptOffice } from '../receipts/receipt-office.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { loadOutput } from '../store/job-payload.ts';
import type { JobStore } from '../store/job-store.ts';
import type { JobBoard } from './job-board.ts';
import type { JobEndings } from './job-endings.ts';
import type { JobIntake } from './job-intake.ts';
import type { Tell, Track } from './job-offers.ts';
import type { LiveJob } from './live-job.ts';
import type { ModelHealth } from './model-health.ts';
import { BAD_OUTPUT, errorFromNode } from './node-error.ts';

export interface NodeInboxParts {
  readonly board: JobBoard;
  readonly intake: JobIntake;
  readonly endings: JobEndings;
  readonly store: JobStore;
  readonly blobs: BlobStore;
  readonly registry: PresenceRegistry;
  readonly health: ModelHealth;
  readonly receipts: ReceiptOffice;
  readonly tell: Tell;
  readonly track: Track;
  /** Jobs may have begun to wait, after something that took time. */
  readonly onChange: () => void;
  readonly log: Logger;
}

type AttemptMessage = Exclude<UpMessage, Presence>;
type ResultMessage = Extract<AttemptMessage, { type: 'result' }>;

/** What nodes say, turned into events of the jobs it is about. */
export class NodeInbox {
  readonly #parts: NodeInboxParts;

  constructor(parts: NodeInboxParts) {
    this.#parts = parts;
  }

  /** @param retained the broker kept it from before we started, so it may be out of date. */
  receive(nodeId: string, message: UpMessage, retained: boolean): void {
    if (message.type === 'presence') this.#presence(nodeId, message, retained);
    else this.#attempt(nodeId, message);
  }

  #presence(nodeId: string, presence: Presence, retained: boolean): void {
    const { board, registry, health } = this.#parts;
    if (presence.online) health.quarantined(nodeId, new Set(presence.quarantinedModels));
    const change = registry.update(nodeId, presence);
    if (change.type === 'none') return;
    if (change.type === 'offline') {
      for (const job of board.jobsOf(nodeId)) board.apply(job, { type: 'node-gone', nodeId });
      return;
    }
    const held = new Set(presence.held.map(({ jobId }) => jobId));
    this.#applyHeld(nodeId, presence, retained);
    this.#applyRecovering(nodeId, held, retained);
    if (change.newSession && !retained) {
      for (const job of board.jobsOf(nodeId)) {
        if (!held.has(job.facts.id)) board.apply(job, { type: 'node-gone', nodeId });
      }
    }
    if (change.becameReady) for (const job of board.queued()) job.avoidUntil.delete(nodeId);
  }

  #applyHeld(nodeId: string, { held }: Presence, retained: boolean): void {
    const { board, tell } = this.#parts;
    for (const { jobId, attempt } of held) {
      const job = board.get(jobId);
      const isStale = job === undefined || board.apply(job, { type: 'held', nodeId, attempt }).stale;
      // A retained presence may name what is long over; the node says so itself when it still matters.
      if (isStale && !retained && !board.isBeingWritten(job))
        tell(nodeId, { type: 'cancel', jobId, attempt });
    }
  }

  /** After a restart: the jobs that the database has on this node. */
  #applyRecovering(nodeId: string, held: ReadonlySet<string>, retained: boolean): void {
    const { board } = this.#parts;
    for (const job of board.all()) {
      const { phase, attempt } = job.state;
      if (phase.name !== 'recovering' || phase.nodeId !== nodeId) continue;
      // Connected since before we started, so its jobs are where they were.
      if (retained) board.apply(job, { type: 'held', nodeId, attempt });
      else if (!held.has(job.facts.id)) board.apply(job, { type: 'node-gone', nodeId });
    }
  }

  #attempt(nodeId: string, message: AttemptMessage): void {
    const { board, track } = this.#parts;
    const job = board.get(message.jobId);
    if (job === undefined) {
      track(this.#unknown(nodeId, message));
    } else if (this.#isStale(job, nodeId, message) && !board.isBeingWritten(job)) {
      this.#answerStale(nodeId, message);
    }
  }

  /** Applies the message. @returns whether it is not about the job's current attempt. */
  #isStale(job: LiveJob, nodeId: string, message: AttemptMessage): boolean {
    const { board, tell, track, log } = this.#parts;
    const about = { nodeId, attempt: message.attempt };
    const acknowledge = () => tell(nodeId, { type: 'acknowledge', ...job.attemptRef(message.attempt) });
    switch (message.type) {
      case 'accept':
        return board.apply(job, { type: 'accept', ...about }).stale;
      case 'refuse':
        return board.apply(job, { type: 'refuse', reason: message.reason, ...about }).stale;
      case 'progress': {
        const { stale } = board.apply(job, { type: 'progress', ...about });
        if (!stale && message.chunk !== undefined) job.append(message.chunk);
        return stale;
      }
      case 'preempted': {
        const { stale } = board.apply(job, { type: 'preempted', ...about });
        if (stale) return true;
        if (message.progress !== undefined) job.extend(message.progress);
        acknowledge();
        return false;
      }
      case 'failed': {
        const error = errorFromNode(message.error);
        const event = { type: 'failed', error, retryable: message.retryable, ...about } as const;
        if (board.apply(job, event).stale) return true;
        log.info({ jobId: message.jobId, nodeId, code: error.code }, 'a node failed a job');
        acknowledge();
        return false;
      }
      case 'result': {
        // Renews the lease while the output is fetched; the result counts once it proved to be one.
        const { stale } = board.apply(job, { type: 'progress', ...about });
        if (!stale) track(this.#result(job, nodeId, message));
        return stale;
      }
    }
  }

  async #result(job: LiveJob, nodeId: string, message: ResultMessage): Promise<void> {
    const { board, endings, health, onChange } = this.#parts;
    const about = { nodeId, attempt: message.attempt };
    const output = await this.#loadOutput(job, nodeId, message);
    if (output === undefined) {
      board.apply(job, { type: 'failed', error: BAD_OUTPUT, retryable: true, ...about });
      this.#answerStale(nodeId, message);
      onChange();
    } else if (!board.apply(job, { type: 'result', ...about }).stale) {
      health.finished(nodeId, job.facts.modelDigest);
      onChange();
      await endings.finish(job, nodeId, message, output);
    } else if (!board.isBeingWritten(job)) {
      this.#answerStale(nodeId, message);
    }
  }

  /** The output, or undefined when it is none of this job: missing, malformed, or against what was streamed. */
  async #loadOutput(job: LiveJob, nodeId: string, message: ResultMessage): Promise<TaskOutput | undefined> {
    let cause: unknown;
    try {
      const output = await loadOutput(message.output, this.#parts.blobs);
      if (output.kind === job.facts.kind && job.continues(output)) return output;
    } catch (error) {
      cause = error;
    }
    this.#parts.log.warn(
      { jobId: message.jobId, nodeId, cause: cause instanceof Error ? cause.name : undefined },
      'a node returned something that is no result of its job',
    );
    return undefined;
  }

  /** About a job that is not under way here: over, or left unfinished by a write that failed. */
  async #unknown(nodeId: string, message: AttemptMessage): Promise<void> {
    const { board, intake, store } = this.#parts;
    if (message.type === 'result') {
      const row = await store.get(message.jobId);
      if (row !== undefined && row.finished_at === null) {
        if (board.get(row.id) === undefined) intake.revive(row);
        this.#attempt(nodeId, message);
        return;
      }
    }
    this.#answerStale(nodeId, message);
  }

  /** The first acknowledgement may have got lost, and with it what the node was credited. */
  async #acknowledgeAgain(nodeId: string, { jobId, attempt }: JobAttempt): Promise<void> {
    const { store, receipts, tell } = this.#parts;
    const creditWei = await store.creditOf(jobId, nodeId, attempt);
    const credit = creditWei && (await receipts.creditFor(nodeId, { jobId, attempt }));
    tell(nodeId, {
      ...{ type: 'acknowledge', jobId, attempt },
      ...(creditWei === undefined ? {} : { creditWei }),
      ...(credit ? { credit } : {}),
    });
  }

  /** So that the node stops, or forgets, what is not wanted any more. */
  #answerStale(nodeId: string, { type, jobId, attempt }: AttemptMessage): void {
    switch (type) {
      case 'accept':
      case 'progress':
        this.#parts.tell(nodeId, { type: 'cancel', jobId, attempt });
        break;
      case 'result':
        this.#parts.track(this.#acknowledgeAgain(nodeId, { jobId, attempt }));
        break;
      case 'failed':
      case 'preempted':
        this.#parts.tell(nodeId, { type: 'acknowledge', jobId, attempt });
        break;
      case 'refuse':
        break;
    }
  }
}
