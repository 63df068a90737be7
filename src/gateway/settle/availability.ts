import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { Database } from '../store/database.ts';

const LOOK_EVERY_MS = 5_000;
const LOOKS_A_WRITE = 12;
const ROWS_AT_ONCE = 5_000;

/** Adds up how long each node is connected and ready. A crash loses a minute at most. */
export class Availability implements AsyncDisposable {
  readonly #db: Database;
  readonly #registry: PresenceRegistry;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #unwritten = new Map<string, number>();
  #lastLook: number;
  #looks = 0;

  constructor(db: Database, registry: PresenceRegistry, clock: Clock, log: Logger) {
    this.#db = db;
    this.#registry = registry;
    this.#clock = clock;
    this.#log = log;
    this.#lastLook = clock.now().getTime();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Writes what is only in memory. */
  async flush(): Promise<void> {
    this.#count();
    const rows = [...this.#unwritten].map(([node_id, ready_ms]) => ({ node_id, ready_ms }));
    this.#unwritten = new Map();
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      await this.#db
        .insertInto('node_availability')
        .values(rows.slice(start, start + ROWS_AT_ONCE))
        .onConflict((conflict) =>
          conflict.column('node_id').doUpdateSet({
            ready_ms: sql`node_availability.ready_ms + excluded.ready_ms`,
          }),
        )
        .execute();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #look(): void {
    this.#count();
    this.#looks += 1;
    if (this.#looks % LOOKS_A_WRITE !== 0) return;
    this.flush().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'how long nodes were ready could not be written');
    });
  }

  #count(): void {
    const now = this.#clock.now().getTime();
    // A computer that slept knows nothing of the nodes meanwhile.
    const elapsed = Math.max(0, Math.min(now - this.#lastLook, 2 * LOOK_EVERY_MS));
    this.#lastLook = now;
    for (const { id, ready } of this.#registry.nodes()) {
      if (ready) this.#unwritten.set(id, (this.#unwritten.get(id) ?? 0) + elapsed);
    }
  }
}
