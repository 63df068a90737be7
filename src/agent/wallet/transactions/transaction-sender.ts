import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { JournalEvent } from './journal-event.ts';
import type { Attempt, Operation } from './operation.ts';
import type { TransactionMaker } from './transaction-maker.ts';

const MOST_REPLACEMENTS = 8;

export interface SenderOptions {
  readonly maker: TransactionMaker;
  readonly pace: { readonly sendAgainMs: number; readonly replaceMs: number };
  readonly clock: Clock;
  /** Puts an event into the journal. */
  readonly write: (event: JournalEvent) => void;
}

/** Hands signed transactions to the endpoints until a block has them. */
export class TransactionSender {
  readonly #options: SenderOptions;
  /** By transaction hash, when it was last handed to the endpoints. */
  readonly #sentAtMs = new Map<string, number>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** It is to be sent at the next look: the block that had it is gone. */
  forget(hash: string): void {
    this.#sentAtMs.delete(hash);
  }

  /**
   * Sends a transaction again, replaces it when it waits for too long, or cancels it.
   * @param attempts all that have its nonce.
   * @returns what keeps it from being sent, in a sentence.
   * @throws GataError as `TransactionMaker.replace`.
   */
  async push(
    operation: Operation,
    attempts: readonly Attempt[],
    view: ChainView,
  ): Promise<string | null | 'nothing-new'> {
    const { maker, pace, clock, write } = this.#options;
    const latest = attempts.at(-1);
    if (latest === undefined) return 'nothing-new';
    const nowMs = clock.now().getTime();
    const isLate = nowMs - Date.parse(latest.signedAt) > pace.replaceMs;
    const mustCancel = operation.cancelAsked && latest.purpose === 'call';
    const mayReplace = !operation.signElsewhere && attempts.length <= MOST_REPLACEMENTS;
    const { account } = operation;
    if (mayReplace && (mustCancel || isLate) && (await isNext(account, latest.nonce, view))) {
      const signed = await maker.replace(operation, latest, mustCancel ? 'cancel' : latest.purpose, view);
      write(signed);
      return this.send({ ...signed, sent: false }, view);
    }
    const sentAtMs = this.#sentAtMs.get(latest.hash);
    const isDue = sentAtMs === undefined || nowMs - sentAtMs > pace.sendAgainMs;
    return isDue ? this.send({ ...latest, id: operation.id }, view) : 'nothing-new';
  }

  /** @returns what keeps an endpoint from taking it, in a sentence; null: nothing. */
  async send(
    { id, hash, raw, sent }: { id: string; hash: string; raw: string; sent: boolean },
    view: ChainView,
  ): Promise<string | null> {
    const { clock, write } = this.#options;
    const [problem] = await view.broadcast(raw);
    this.#sentAtMs.set(hash, clock.now().getTime());
    // "already known" and "nonce too low" are what an endpoint says that has it, or had it mined.
    if (problem !== undefined && !/already|known|nonce too low/i.test(problem)) {
      return `An endpoint does not take the transaction (${problem}).`;
    }
    if (!sent) write({ type: 'sent', id, hash });
    return null;
  }
}

async function isNext(account: string, nonce: number, view: ChainView): Promise<boolean> {
  return (await view.transactionCount(account)).value === nonce;
}
