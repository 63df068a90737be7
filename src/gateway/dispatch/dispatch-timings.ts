/** How long the dispatcher waits for what. Tests shorten them. */
export interface DispatchTimings {
  /** A node answers an offer within this, by its own clock. */
  readonly answerWithinMs: number;
  /** Added to it for the way there and back. */
  readonly answerGraceMs: number;
  /** Silence about an accepted job that takes it away from its node. */
  readonly leaseSeconds: number;
  /** A run longer than this is ended. */
  readonly wallSeconds: number;
  /** A job without a node fails with `no-capacity` after this. */
  readonly queueSeconds: number;
  /** After a restart, nodes have this long to come back with the jobs they hold. */
  readonly recoverySeconds: number;
  /** Progress is written to the database at most this often per job. */
  readonly persistEveryMs: number;
  /** A node that did not answer, refused or failed a job is not offered it again for this long. */
  readonly avoidNodeMs: number;
}

export const DEFAULT_TIMINGS: DispatchTimings = {
  answerWithinMs: 1000,
  answerGraceMs: 250,
  leaseSeconds: 10,
  wallSeconds: 600,
  queueSeconds: 60,
  recoverySeconds: 3,
  persistEveryMs: 500,
  avoidNodeMs: 1000,
};

/** Failures that are the node's, before the job is failed. */
export const FAILURES_LIMIT = 3;
/** Nodes lost with the job (silent, offline, worker killed by somebody), before the job is suspected of killing them. */
export const LOSSES_LIMIT = 10;
