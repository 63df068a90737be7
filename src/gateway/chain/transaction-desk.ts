import type { Logger } from 'pino';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { ChainAccount, ContractCall, GasTerms } from './chain-account.ts';
import type { OnEnd, Outbox, OutboxEntry } from './outbox.ts';

export interface TransactionDeskParts {
  readonly account: ChainAccount;
  readonly outbox: Outbox;
  readonly onEnd: OnEnd;
  /** Blocks after which a transaction counts as there for good. */
  readonly confirmations: number;
  /** A replacement is never dearer, in wei for a unit of gas; absent: whatever it takes. */
  readonly gasPriceCeilingWei?: bigint;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A transaction that no block took for so long is offered at a higher price. */
const DEARER_AFTER_MS = 60_000;

/**
 * Sends the transactions of one account, one after the other. Each is written down before it is sent, so the program
 * may be killed anywhere: it is only ever sent again as it was, or in the place of itself. That it is there for good,
 * or that its number was used by something else, must be said by as many endpoints as the view wants.
 */
export class TransactionDesk {
  readonly #parts: TransactionDeskParts;

  constructor(parts: TransactionDeskParts) {
    this.#parts = parts;
  }

  get account(): ChainAccount {
    return this.#parts.account;
  }

  /** What is under way. */
  async current(): Promise<OutboxEntry | undefined> {
    return await this.#parts.outbox.current();
  }

  /**
   * Looks after the transaction under way: sends it again, waits for it, or ends it.
   * @returns `idle` when there is none, `ended` when there was.
   */
  async follow(view: ChainView): Promise<'idle' | 'waiting' | 'ended'> {
    const { account, outbox, confirmations, log } = this.#parts;
    const entry = await outbox.current();
    if (entry === undefined) return 'idle';
    if (!account.signed(entry.raw)) throw otherKey(entry);
    const { purpose, subject, hashes } = entry;
    const count = await view.transactionCount(account.address);
    if (count.value === entry.nonce) {
      await this.#sendAgain(view, entry);
      return 'waiting';
    }
    if (count.value < entry.nonce) {
      if (!view.isSure(count)) return 'waiting';
      // Transactions before this one are gone, as on a chain restored from a backup: start again from what it has.
      log.warn({ purpose, subject }, 'the chain forgot earlier transactions');
      await this.#end(entry, undefined);
      return 'ended';
    }
    const deep = await view.transactionCount(account.address, view.height - confirmations);
    if (deep.value <= entry.nonce || !view.isSure(deep)) return 'waiting';
    const receipts = await Promise.all(hashes.map((hash) => view.receipt(hash)));
    if (!receipts.every((receipt) => view.isSure(receipt))) return 'waiting';
    const receipt = receipts.find(({ value }) => value !== undefined)?.value;
    if (receipt?.status === 1) log.info({ purpose, subject }, 'the chain has a transaction of the gateway');
    else log.warn({ purpose, subject, hashes }, 'a transaction of the gateway did nothing');
    await this.#end(entry, receipt);
    return 'ended';
  }

  /**
   * Signs and sends; only when nothing is under way.
   * @param terms as tried before; absent: the call is tried first.
   * @throws CallRevertedError when the contract would refuse it now.
   */
  async send(
    view: ChainView,
    what: Pick<OutboxEntry, 'purpose' | 'subject'>,
    call: ContractCall,
    terms?: GasTerms,
  ): Promise<void> {
    const { account, outbox, clock } = this.#parts;
    const { value: nonce } = await view.transactionCount(account.address);
    const { raw, hash } = await account.sign(call, nonce, terms ?? (await account.terms(view, call)));
    const { purpose, subject } = what;
    const entry = { purpose, subject, nonce, raw, hashes: [hash], signedAt: clock.now() };
    await outbox.keep(entry);
    await this.#broadcast(view, entry);
  }

  async #sendAgain(view: ChainView, entry: OutboxEntry): Promise<void> {
    const isStuck = this.#parts.clock.now().getTime() - entry.signedAt.getTime() > DEARER_AFTER_MS;
    await this.#broadcast(view, isStuck ? await this.#dearer(view, entry) : entry);
  }

  async #dearer(view: ChainView, entry: OutboxEntry): Promise<OutboxEntry> {
    const { account, outbox, clock, gasPriceCeilingWei } = this.#parts;
    const { raw, hash, gasPriceWei } = await account.signDearer(view, entry.raw);
    if (gasPriceCeilingWei !== undefined && gasPriceWei > gasPriceCeilingWei) return entry;
    const dearer = { ...entry, raw, hashes: [...entry.hashes, hash], signedAt: clock.now() };
    await outbox.keep(dearer);
    return dearer;
  }

  async #broadcast(view: ChainView, { purpose, subject, raw }: OutboxEntry): Promise<void> {
    const problems = await this.#parts.account.broadcast(view, raw);
    if (problems.length === 0) return;
    this.#parts.log.warn({ purpose, subject, problems }, 'an endpoint did not take a transaction');
  }

  async #end(entry: OutboxEntry, receipt: Parameters<OnEnd>[1]['receipt']): Promise<void> {
    await this.#parts.outbox.clear({ entry, receipt, isDone: receipt?.status === 1 }, this.#parts.onEnd);
  }
}

function otherKey({ purpose, nonce }: OutboxEntry): GataError {
  return new GataError(
    'conflict',
    `A transaction (${purpose}, number ${nonce}) of another key is under way. Start with that key until it is done.`,
  );
}
