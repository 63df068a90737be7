import type { Presence } from '../../shared/job-protocol.ts';
import type { TaskKind } from '../../shared/task.ts';

export interface OnlineNode {
  readonly id: string;
  readonly sessionId: string;
  readonly ready: boolean;
  readonly capacity: number;
  readonly kinds: readonly TaskKind[];
  readonly cachedModels: ReadonlySet<string>;
  /** Digests that broke its workers: it is not offered them. */
  readonly quarantinedModels: ReadonlySet<string>;
}

/** What a presence message changed. */
export type PresenceChange =
  | { readonly type: 'online'; readonly newSession: boolean; readonly becameReady: boolean }
  | { readonly type: 'offline' }
  | { readonly type: 'none' };

/** The nodes that are connected, as they last described themselves. */
export class PresenceRegistry {
  readonly #nodes = new Map<string, OnlineNode>();

  nodes(): IterableIterator<OnlineNode> {
    return this.#nodes.values();
  }

  update(nodeId: string, presence: Presence): PresenceChange {
    const known = this.#nodes.get(nodeId);
    if (!presence.online) {
      // The last will of a connection that a newer one has replaced says nothing.
      if (known === undefined || known.sessionId !== presence.sessionId) return { type: 'none' };
      this.#nodes.delete(nodeId);
      return { type: 'offline' };
    }
    this.#nodes.set(nodeId, {
      id: nodeId,
      sessionId: presence.sessionId,
      ready: presence.ready,
      capacity: presence.capacity,
      kinds: presence.kinds,
      cachedModels: new Set(presence.cachedModels),
      quarantinedModels: new Set(presence.quarantinedModels),
    });
    const newSession = known?.sessionId !== presence.sessionId;
    return { type: 'online', newSession, becameReady: presence.ready && (newSession || !known?.ready) };
  }
}
