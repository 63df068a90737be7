import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import { type PauseLease, type PauseLeaseRequest, pauseLeaseSchema } from '../../shared/local-api.ts';
import { processMark } from './process-mark.ts';

/** A launcher that forgets its leases must not fill the memory. */
const LEASES_LIMIT = 256;
const OWNER_CHECK_MS = 500;

export const heldLeaseSchema = z.object({
  lease: pauseLeaseSchema,
  since: z.iso.datetime(),
  /** Tells the owning process from a later one with the same pid. */
  ownerMark: z.string().nullable(),
});
export type HeldLease = z.infer<typeof heldLeaseSchema>;

/**
 * The pause leases that launchers hold. A lease ends by delete, by expiry (which `decide` judges) or with its
 * process; `change` tells that one ended with its process.
 */
export class PauseLeases extends EventEmitter<{ change: [] }> implements Disposable {
  readonly #held = new Map<string, HeldLease>();
  #ownerCheck: NodeJS.Timeout | undefined;

  constructor(restored: readonly HeldLease[]) {
    super();
    for (const held of restored) {
      if (isOwnerAlive(held)) this.#held.set(held.lease.id, held);
    }
    this.#watchOwners();
  }

  list(): readonly HeldLease[] {
    return [...this.#held.values()];
  }

  /**
   * Takes the lease, or renews the one with this id.
   * @throws GataError `invalid-request` when its process does not exist, `conflict` above 256 leases.
   */
  put(id: string, request: PauseLeaseRequest, now: Date): PauseLease {
    const previous = this.#held.get(id);
    if (previous === undefined && this.#held.size >= LEASES_LIMIT) {
      throw new GataError(
        'conflict',
        `There are ${LEASES_LIMIT} pause leases already; delete those no longer needed.`,
      );
    }
    const ownerMark = request.pid === undefined ? null : processMark(request.pid);
    if (ownerMark === undefined) {
      throw new GataError(
        'invalid-request',
        `No process has the pid ${request.pid}. Leave pid out when the game runs in another pid namespace.`,
        { param: 'pid' },
      );
    }
    const lease = {
      ...request,
      id,
      expiresAt: new Date(now.getTime() + request.ttlSeconds * 1000).toISOString(),
    };
    this.#held.set(id, { lease, since: previous?.since ?? now.toISOString(), ownerMark });
    this.#watchOwners();
    return lease;
  }

  /** False when no lease has this id. */
  delete(id: string): boolean {
    const deleted = this.#held.delete(id);
    this.#watchOwners();
    return deleted;
  }

  /** Forgets the leases that are over by time; true when there were any. */
  dropExpired(now: Date): boolean {
    return this.#dropWhere((held) => Date.parse(held.lease.expiresAt) <= now.getTime());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ownerCheck);
    this.#ownerCheck = undefined;
  }

  /** Node offers no event for the exit of a process that is not a child, so it is polled while one is named. */
  #watchOwners(): void {
    const needed = this.list().some((held) => held.ownerMark !== null);
    if (needed && this.#ownerCheck === undefined) {
      this.#ownerCheck = setInterval(() => {
        if (this.#dropWhere((held) => !isOwnerAlive(held))) this.emit('change');
      }, OWNER_CHECK_MS);
      this.#ownerCheck.unref();
    } else if (!needed) {
      this[Symbol.dispose]();
    }
  }

  #dropWhere(isOver: (held: HeldLease) => boolean): boolean {
    const over = this.list().filter(isOver);
    for (const held of over) this.#held.delete(held.lease.id);
    if (over.length > 0) this.#watchOwners();
    return over.length > 0;
  }
}

function isOwnerAlive(held: HeldLease): boolean {
  if (held.lease.pid === undefined) return true;
  return processMark(held.lease.pid) === held.ownerMark;
}
