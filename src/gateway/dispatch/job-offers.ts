import { encodeMessage } from '../../shared/frame-codec.ts';
import { type DownMessage, MESSAGE_BYTES_LIMIT, type Offer } from '../../shared/job-protocol.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { chooseNode, hasRoom, type NodeCandidate } from './choose-node.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import type { JobBoard } from './job-board.ts';
import type { LiveJob } from './live-job.ts';
import type { ModelHealth } from './model-health.ts';

/** Sends without waiting: what is lost is repaired by deadlines and leases. */
export type Tell = (nodeId: string, message: DownMessage) => void;

/** Runs on by itself; a failure of it is logged. */
export type Track = (work: Promise<void>) => void;

export interface JobOffersParts {
  readonly board: JobBoard;
  readonly registry: PresenceRegistry;
  readonly health: ModelHealth;
  readonly blobs: BlobStore;
  readonly timings: DispatchTimings;
  readonly tell: Tell;
  readonly track: Track;
}

/** Offers the jobs that wait to the nodes that have room, oldest first. */
export class JobOffers implements Disposable {
  readonly #parts: JobOffersParts;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: JobOffersParts) {
    this.#parts = parts;
  }

  /** To be called whenever a job may have begun to wait or a node may have got room. */
  offerWaiting(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const { board, health } = this.#parts;
    const now = board.now();
    let nextTryAt = Number.POSITIVE_INFINITY;
    for (const job of board.queued()) {
      const error = health.fault(job.facts.modelDigest);
      if (error !== undefined) board.apply(job, { type: 'model-stopped', error });
    }
    for (const job of board.queued()) {
      const candidates = this.#candidates();
      if (candidates.length === 0) return;
      const { kind, modelDigest } = job.facts;
      const node = chooseNode({ kind, modelDigest, avoidUntil: job.avoidUntil }, candidates, now);
      if (node !== undefined) {
        this.#offer(job, node.id);
        continue;
      }
      for (const until of job.avoidUntil.values()) if (until > now) nextTryAt = Math.min(nextTryAt, until);
    }
    if (nextTryAt < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.offerWaiting(), nextTryAt - now + 1);
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #candidates(): NodeCandidate[] {
    const { board, registry } = this.#parts;
    const candidates: NodeCandidate[] = [];
    for (const node of registry.nodes()) {
      const candidate = { ...node, load: board.loadOf(node.id) };
      if (hasRoom(candidate)) candidates.push(candidate);
    }
    return candidates;
  }

  #offer(job: LiveJob, nodeId: string): void {
    const { board, timings, tell, track } = this.#parts;
    board.apply(job, { type: 'offer', nodeId });
    const { kind, modelId, modelDigest, input } = job.facts;
    const { progress } = job;
    const offer: Offer = {
      type: 'offer',
      ...job.attemptRef(),
      kind,
      model: { id: modelId, digest: modelDigest },
      input,
      ...(progress.tokens.length > 0 ? { resume: progress } : {}),
      answerWithinMs: timings.answerWithinMs,
      leaseSeconds: timings.leaseSeconds,
      wallSeconds: timings.wallSeconds,
    };
    if (offer.resume !== undefined && encodeMessage(offer).byteLength > MESSAGE_BYTES_LIMIT) {
      track(this.#offerByBlob(nodeId, offer));
    } else {
      tell(nodeId, offer);
    }
  }

  /** The input alone fits into a message, but not together with what was generated. */
  async #offerByBlob(nodeId: string, offer: Offer): Promise<void> {
    const { blobs, tell } = this.#parts;
    if (!('inline' in offer.input)) throw new Error('What was generated is too large to be offered.');
    const { inline } = offer.input;
    tell(nodeId, { ...offer, input: { blob: await blobs.put(inline), bytes: inline.byteLength } });
  }
}
