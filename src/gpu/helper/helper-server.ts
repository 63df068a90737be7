import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.ts';
import { HELPER_LEASE_MS } from '../../shared/gpu-helper-protocol.ts';
import { closeGently, failure, HelperConnection } from './helper-connection.ts';
import type { HelperVerbs } from './helper-verbs.ts';

const CONNECTIONS_LIMIT = 8;
/** A connection that holds nothing may be silent for so long; then it only keeps the helper running. */
const SILENT_CONNECTION_MS = 60_000;

export interface HelperServerOptions {
  readonly verbs: HelperVerbs;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** All clients of the helper, however they reach it. */
export class HelperServer implements Disposable {
  readonly #options: HelperServerOptions;
  readonly #connections = new Set<HelperConnection>();
  #count = 0;

  constructor(options: HelperServerOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Serves a client until it ends.
   * @param peer Who it is, for the log.
   */
  accept(stream: Duplex, peer: string): void {
    const { verbs, clock, log } = this.#options;
    if (this.#connections.size >= CONNECTIONS_LIMIT) {
      log(`${peer} is turned away: there are ${CONNECTIONS_LIMIT} connections`);
      turnAway(
        stream,
        failure('failed', `The helper serves ${CONNECTIONS_LIMIT} connections, and has them.`),
      );
      return;
    }
    this.#count += 1;
    const connection = new HelperConnection({
      stream,
      owner: `connection ${this.#count} of ${peer}`,
      verbs,
      clock,
      leaseMs: HELPER_LEASE_MS,
      idleMs: SILENT_CONNECTION_MS,
      log,
      onEnd: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }

  /** Answers a client who may not use the helper, and closes. */
  refuse(stream: Duplex, peer: string): void {
    this.#options.log(`${peer} is not allowed`);
    turnAway(
      stream,
      failure('not-allowed', 'The GPU helper is installed for another user. Install it for this one.'),
    );
  }

  /** Puts back what every client holds, and closes their connections. */
  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection[Symbol.dispose]();
  }
}

function turnAway(stream: Duplex, answer: ReturnType<typeof failure>): void {
  stream.on('error', () => stream.destroy());
  stream.write(`${JSON.stringify(answer)}\n`);
  closeGently(stream);
}
