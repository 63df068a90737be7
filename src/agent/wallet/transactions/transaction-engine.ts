import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { CallRevertedError } from '../../../shared/chain/rpc/call-reverted.ts';
import type { ChainAccess } from '../../../shared/chain/rpc/chain-access.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { WalletAction, WalletCall } from '../../../shared/wallet-transactions.ts';
import type { RelayedClaims } from '../relay/relayed-claims.ts';
import { ChainIdentity } from './chain-identity.ts';
import type { JournalEvent } from './journal-event.ts';
import { giveUpReason, isClaim, judgeForecast } from './judge-refusal.ts';
import { observeOperation } from './observe-operation.ts';
import { type Attempt, nextStep, type Operation } from './operation.ts';
import type { TransactionJournal } from './transaction-journal.ts';
import type { TransactionMaker } from './transaction-maker.ts';
import { TransactionSender } from './transaction-sender.ts';

export interface EnginePace {
  /** Between two looks at the chain while something is under way. */
  readonly lookMs: number;
  /** Without a block for this long, a transaction is handed to the endpoints again. */
  readonly sendAgainMs: number;
  /** Without a block for this long, it is replaced by a dearer one. */
  readonly replaceMs: number;
  /** How long a claim waits for a proof that the chain takes. */
  readonly proofMs: number;
  /** Blocks, its own included, under which a transaction counts as final. */
  readonly depth: number;
  /** How long the gateway has for a claim that it is to send, and the first pause between two questions about it. */
  readonly relayMs: number;
  readonly askMs: number;
}

export const USUAL_PACE: EnginePace = {
  lookMs: 2000,
  sendAgainMs: 15_000,
  replaceMs: 60_000,
  proofMs: 30 * 60_000,
  depth: 15,
  relayMs: 10 * 60_000,
  askMs: 2000,
};

/** Between two looks that only compare the chain with the journal's. */
const IDLE_LOOK_FACTOR = 15;

export interface EngineOptions {
  readonly chain: ChainAccess;
  readonly journal: TransactionJournal;
  readonly maker: TransactionMaker;
  /** undefined: no gateway sends claims. */
  readonly relayed: RelayedClaims | undefined;
  /** The calls of an action as they would be now: a claim's proof changes with the root. */
  readonly rebuild: (
    action: WalletAction,
    account: string,
    view: ChainView,
  ) => Promise<readonly WalletCall[]>;
  readonly pace: EnginePace;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Intent {
  readonly id: string;
  readonly account: string;
  readonly action: WalletAction;
  readonly calls: readonly WalletCall[];
  readonly signElsewhere: boolean;
  /** The gateway sends it and pays; for claims. */
  readonly relayed: boolean;
}

/**
 * Brings operations to their end, one after the other: one is begun when the one before is in a block. Each thing is
 * in the journal before it is done, and everything is asked of the chain again after a start; so it may be killed at
 * any moment, and neither forgets nor does anything twice. `change`: an operation, or what it waits for, changed;
 * `chain-replaced`: the chain is a new one, and the journal of the old one was put aside under this name.
 */
export class TransactionEngine
  extends EventEmitter<{ change: [Operation]; 'chain-replaced': [keptAs: string] }>
  implements AsyncDisposable
{
  readonly #options: EngineOptions;
  /** By operation, why it does not go on. */
  readonly #problems = new Map<string, string>();
  readonly #sender: TransactionSender;
  readonly #identity = new ChainIdentity();
  #isChainKnown = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: EngineOptions) {
    super();
    this.#options = options;
    const { maker, pace, clock } = options;
    this.#sender = new TransactionSender({ maker, pace, clock, write: (event) => this.#write(event) });
  }

  /** Oldest first. */
  get operations(): readonly Operation[] {
    return this.#options.journal.operations;
  }

  problemOf(id: string): string | null {
    return this.#problems.get(id) ?? null;
  }

  /** Goes on with what was under way. */
  start(): void {
    if (!this.#isClosed && this.#mustLook()) this.#schedule(0);
  }

  /**
   * Takes an operation; it is on the disk when this returns. The same id again changes nothing.
   * @throws GataError `invalid-request` for what no gateway sends.
   */
  submit(intent: Intent): Operation {
    const known = this.#options.journal.get(intent.id);
    if (known !== undefined) return known;
    if (intent.relayed && (this.#options.relayed === undefined || !isClaim(intent))) {
      throw new GataError('invalid-request', 'The gateway sends claims only. Pay the fee yourself.');
    }
    const at = this.#options.clock.now().toISOString();
    this.#write({ type: 'intended', at, ...intent, calls: [...intent.calls] });
    this.start();
    return this.#known(intent.id);
  }

  /** Keeps an operation from happening if that is still possible; who wins, the chain decides. */
  cancel(id: string): Operation {
    const operation = this.#known(id);
    if (operation.ended !== null) throw new GataError('conflict', 'This has ended already.');
    if (!operation.cancelAsked) this.#write({ type: 'cancel-asked', id });
    this.start();
    return this.#known(id);
  }

  /** @throws GataError `transaction-refused` unless it is the prepared one, signed by the account. */
  acceptSigned(id: string, raw: string): Operation {
    const operation = this.#known(id);
    if (operation.ended === null && operation.attempts.at(-1)?.raw !== raw.toLowerCase()) {
      this.#write(this.#options.maker.accept(operation, raw));
    }
    this.start();
    return this.#known(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #known(id: string): Operation {
    const operation = this.#options.journal.get(id);
    if (operation === undefined) throw new GataError('not-found', 'The wallet knows no such operation.');
    return operation;
  }

  #isBusy(): boolean {
    return this.operations.some(({ ended }) => ended === null);
  }

  /** Also once to see that what the journal tells of happened on this chain. */
  #mustLook(): boolean {
    return this.#isBusy() || (!this.#isChainKnown && this.#options.journal.firstBlock !== null);
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, afterMs);
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    try {
      const view = await this.#options.chain.look();
      await this.#confirmChain(view);
      await this.#reopenVanished(view);
      for (const { id } of this.#open()) await this.#observe(id, view);
      await this.#advanceAll(view);
    } catch (error) {
      this.#explain(undefined, error);
    }
    if (this.#isClosed || !this.#mustLook()) return;
    const { lookMs } = this.#options.pace;
    this.#schedule(this.#isBusy() ? lookMs : lookMs * IDLE_LOOK_FACTOR);
  }

  /** @throws GataError `chain-disagrees` while it looks like another chain than the journal's. */
  async #confirmChain(view: ChainView): Promise<void> {
    const { journal, clock, logger } = this.#options;
    const { firstBlock, verdict } = await this.#identity.compare(journal.firstBlock, view);
    if (verdict === 'unknown') journal.write({ type: 'chain', firstBlock });
    if (verdict === 'replaced') {
      const keptAs = journal.startAnew(firstBlock, clock.now());
      this.#problems.clear();
      logger.warn({ keptAs, firstBlock }, 'the chain was begun anew, and so was the journal');
      this.emit('chain-replaced', keptAs);
    }
    this.#isChainKnown = verdict !== 'doubtful';
    if (this.#isChainKnown) return;
    throw new GataError(
      'chain-disagrees',
      'This looks like another chain than before. Nothing is done until Gata is sure; it looks again by itself.',
    );
  }

  #open(): readonly Operation[] {
    return this.operations.filter(({ ended }) => ended === null);
  }

  /** A reorganisation deeper than the wallet waits for: what had ended has to be sent again. */
  async #reopenVanished(view: ChainView): Promise<void> {
    for (const account of new Set(this.#open().map((operation) => operation.account))) {
      const used = await view.transactionCount(account);
      if (!view.isSure(used)) continue;
      for (const operation of this.operations.filter((each) => each.account === account)) {
        for (const { nonce, mined, hash } of operation.attempts) {
          if (nonce < used.value || mined === null || mined.blockNumber > view.height) continue;
          this.#write({ type: 'vanished', id: operation.id, hash });
          this.#sender.forget(hash);
        }
      }
    }
  }

  async #observe(id: string, view: ChainView): Promise<void> {
    const { chain, pace } = this.#options;
    try {
      const events = await observeOperation(this.#known(id), view, chain.profile, pace.depth);
      for (const event of events) {
        this.#write(event);
        if (event.type === 'vanished') this.#sender.forget(event.hash);
      }
    } catch (error) {
      this.#explain(id, error);
    }
  }

  async #advanceAll(view: ChainView): Promise<void> {
    let isHeldUp = false;
    for (const { id } of this.#open().filter((operation) => !operation.relayed)) {
      try {
        await this.#advance(id, view, isHeldUp);
      } catch (error) {
        this.#explain(id, error);
      }
      isHeldUp ||= this.#holdsUp(id);
    }
    for (const { id } of this.#open().filter((operation) => operation.relayed)) {
      try {
        await this.#advanceRelayed(id, view);
      } catch (error) {
        this.#explain(id, error);
      }
    }
  }

  async #advanceRelayed(id: string, view: ChainView): Promise<void> {
    const news = await this.#options.relayed?.advance(this.#known(id), view);
    for (const event of news?.events ?? []) this.#write(event);
    const hasEnded = this.#known(id).ended !== null;
    this.#setProblem(id, hasEnded ? null : (news?.problem ?? null));
  }

  async #advance(id: string, view: ChainView, isHeldUp: boolean): Promise<void> {
    const operation = this.#known(id);
    const step = nextStep(operation);
    switch (step.do) {
      case 'nothing':
      case 'relay':
        return;
      case 'await-depth':
        this.#setProblem(id, null);
        return;
      case 'end':
        this.#end(id, step.outcome, null);
        return;
      case 'await-block':
        return this.#push(operation, step.attempts, view);
      case 'judge-refusal':
        if (!isHeldUp && this.#holdsUp(id)) await this.#retry(operation, step.attempt, view);
        return;
      case 'sign':
        if (!isHeldUp) await this.#sign(operation, step.call, view);
    }
  }

  /** Whether those after it have to wait; one that is to be tried again lets others finish first. */
  #holdsUp(id: string): boolean {
    const step = nextStep(this.#known(id)).do;
    if (step === 'judge-refusal') return !this.#isAnotherBegun(id);
    return step !== 'nothing' && step !== 'await-depth';
  }

  /** Between the calls of an operation nothing may come that uses up what its first ones prepared. */
  #isAnotherBegun(id: string): boolean {
    return this.#open().some((other) => {
      if (other.id === id) return false;
      const step = nextStep(other);
      return step.do === 'await-block' || (step.do === 'sign' && step.call > 0);
    });
  }

  async #sign(operation: Operation, index: number, view: ChainView): Promise<void> {
    const { maker } = this.#options;
    const call = operation.calls[index];
    if (call === undefined) throw new Error('The operation has no such call.');
    const nonce = await this.#nextNonce(operation.account, view);
    if (operation.prepared?.unsigned.nonce === nonce && operation.prepared.call === index) return;
    let signed: Extract<JournalEvent, { type: 'signed' }>;
    try {
      const unsigned = await maker.prepare(operation, call, nonce, view);
      if (operation.signElsewhere) {
        this.#write({ type: 'prepared', id: operation.id, call: index, unsigned });
        return;
      }
      signed = await maker.sign(operation, unsigned, index);
    } catch (error) {
      if (!(error instanceof CallRevertedError)) throw error;
      await this.#judgeForecast(operation, index, error.reason, view);
      return;
    }
    this.#write(signed);
    this.#setProblem(operation.id, await this.#sender.send({ ...signed, sent: false }, view));
  }

  /**
   * The nonces of the journal's own transactions follow each other. A higher one of the chain's, after another program
   * used the key, is believed only of enough endpoints; a lower one is old news, or a reorganisation.
   */
  async #nextNonce(account: string, view: ChainView): Promise<number> {
    const used = await view.transactionCount(account);
    const own = this.operations
      .filter((operation) => operation.account === account)
      .flatMap((operation) => operation.attempts.map(({ nonce }) => nonce + 1));
    const expected = Math.max(0, ...own);
    if (used.value <= expected || view.isSure(used)) return Math.max(expected, used.value);
    throw new GataError(
      'chain-disagrees',
      'One endpoint alone says that another program used this wallet. Gata waits for a second one to say so.',
    );
  }

  async #judgeForecast(operation: Operation, call: number, reason: string, view: ChainView): Promise<void> {
    const { pace, clock } = this.#options;
    const isUnsettled = this.operations.some(({ attempts }) =>
      attempts.some(({ mined }) => mined !== null && !mined.final),
    );
    const nowMs = clock.now().getTime();
    const { proofMs } = pace;
    const judgement = judgeForecast(operation, { call, reason, isUnsettled, nowMs, proofMs });
    switch (judgement.do) {
      case 'end':
        return this.#end(operation.id, judgement.outcome, judgement.detail);
      case 'rebuild':
        return this.#rebuild(operation, view);
      case 'start-over':
        return this.#write({ type: 'started-over', id: operation.id });
      case 'wait':
        this.#setProblem(operation.id, judgement.why);
    }
  }

  async #retry(operation: Operation, attempt: Attempt, view: ChainView): Promise<void> {
    const reason = giveUpReason(operation, attempt);
    if (reason === null) await this.#sign(operation, attempt.call, view);
    else this.#end(operation.id, 'failed', reason);
  }

  async #rebuild(operation: Operation, view: ChainView): Promise<void> {
    const { rebuild } = this.#options;
    const calls = [...(await rebuild(operation.action, operation.account, view))];
    if (JSON.stringify(calls) === JSON.stringify(operation.calls)) {
      this.#setProblem(operation.id, 'It waits for the proof of the newest rewards.');
      return;
    }
    this.#write({ type: 'rebuilt', id: operation.id, calls });
  }

  async #push(operation: Operation, attempts: readonly Attempt[], view: ChainView): Promise<void> {
    const problem = await this.#sender.push(operation, attempts, view);
    if (problem !== 'nothing-new') this.#setProblem(operation.id, problem);
  }

  #end(id: string, outcome: 'done' | 'failed' | 'cancelled', detail: string | null): void {
    this.#problems.delete(id);
    this.#write({ type: 'ended', id, outcome, detail });
  }

  #write(event: JournalEvent): void {
    this.#options.journal.write(event);
    this.emit('change', this.#known(event.id));
  }

  /** What keeps an operation, or all of them, from going on; it is tried again. */
  #explain(id: string | undefined, error: unknown): void {
    const known = GataError.from(error);
    if (known.code === 'internal-error')
      this.#options.logger.error({ err: error }, 'wallet operation failed');
    for (const each of id === undefined ? this.#open().map((operation) => operation.id) : [id]) {
      this.#setProblem(each, known.message);
    }
  }

  /** Null: nothing keeps it from going on. */
  #setProblem(id: string, problem: string | null): void {
    if (this.problemOf(id) === problem) return;
    if (problem === null) this.#problems.delete(id);
    else this.#problems.set(id, problem);
    this.emit('change', this.#known(id));
  }
}
