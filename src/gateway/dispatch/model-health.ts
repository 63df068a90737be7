import type { Logger } from 'pino';
import type { StoredError } from '../store/database-schema.ts';

/** Nodes that must have a model in quarantine before the network stops running it. */
export const QUARANTINES_LIMIT = 3;
/** Nodes that are remembered by model; the oldest are forgotten. */
const NODES_KEPT = 10_000;

interface ModelRecord {
  /** Nodes that have it in quarantine, also those that are away since. */
  readonly quarantinedBy: Set<string>;
  /** Nodes that finished a job of it, and do not have it in quarantine. */
  readonly finishedBy: Set<string>;
}

/**
 * What nodes found out about models. A model that at least QUARANTINES_LIMIT nodes have in quarantine, and more nodes
 * than it ran well on, is dispatched to nobody: it would only break further ones. The second condition keeps a few
 * nodes, or one buyer's poisoned inputs, from taking a good model from everybody.
 */
export class ModelHealth {
  readonly #log: Logger;
  readonly #records = new Map<string, ModelRecord>();
  /** By node, what it said last. */
  readonly #saidBy = new Map<string, ReadonlySet<string>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A node said which models it has in quarantine; what it had before and does not name any more was lifted. */
  quarantined(nodeId: string, digests: ReadonlySet<string>): void {
    const before = this.#saidBy.get(nodeId) ?? new Set<string>();
    if (digests.size === 0) this.#saidBy.delete(nodeId);
    else this.#saidBy.set(nodeId, digests);
    for (const digest of before) {
      if (!digests.has(digest)) this.#record(digest).quarantinedBy.delete(nodeId);
    }
    for (const digest of digests) {
      if (before.has(digest)) continue;
      const record = this.#record(digest);
      keep(record.quarantinedBy, nodeId);
      record.finishedBy.delete(nodeId);
      const nodes = record.quarantinedBy.size;
      const isStopped = this.fault(digest) !== undefined;
      this.#log.warn({ nodeId, digest, nodes, isStopped }, 'a node put a model in quarantine');
    }
  }

  finished(nodeId: string, digest: string): void {
    const record = this.#record(digest);
    if (!record.quarantinedBy.has(nodeId)) keep(record.finishedBy, nodeId);
  }

  /** Why jobs of the model fail at once; undefined while it may run. */
  fault(digest: string): StoredError | undefined {
    const record = this.#records.get(digest);
    if (record === undefined) return undefined;
    const { quarantinedBy, finishedBy } = record;
    const isStopped = quarantinedBy.size >= QUARANTINES_LIMIT && quarantinedBy.size > finishedBy.size;
    return isStopped ? MODEL_QUARANTINED : undefined;
  }

  #record(digest: string): ModelRecord {
    let record = this.#records.get(digest);
    if (record === undefined) {
      record = { quarantinedBy: new Set(), finishedBy: new Set() };
      this.#records.set(digest, record);
    }
    return record;
  }
}

function keep(nodes: Set<string>, nodeId: string): void {
  nodes.add(nodeId);
  const [oldest] = nodes;
  if (nodes.size > NODES_KEPT && oldest !== undefined) nodes.delete(oldest);
}

const MODEL_QUARANTINED: StoredError = {
  code: 'model-quarantined',
  message:
    'This model broke the nodes that ran it, so the network does not run it any more. Use another one.',
  param: 'model',
};
