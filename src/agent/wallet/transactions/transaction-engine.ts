import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { WalletAction, WalletCall } from '../../../shared/wallet-transactions.ts';
import { CallRevertedError } from '../chain/call-reverted.ts';
import type { ChainAccess } from '../chain/chain-access.ts';
import type { ChainView } from '../chain/chain-view.ts';
import { ranOutOfGas } from './fee-policy.ts';
import type { JournalEvent } from './journal-event.ts';
import { observeOperation } from './observe-operation.ts';
import { type Attempt, nextStep, type Operation } from './operation.ts';
import type { TransactionJournal } from './transaction-journal.ts';
import type { TransactionMaker } from './transaction-maker.ts';

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
}

export const USUAL_PACE: EnginePace = {
  lookMs: 2000,
  sendAgainMs: 15_000,
  replaceMs: 60_000,
  proofMs: 30 * 60_000,
  depth: 15,
};

const MOST_REFUSALS = 5;
const MOST_REPLACEMENTS = 8;

export interface EngineOptions {
  readonly chain: ChainAccess;
  readonly journal: TransactionJournal;
  readonly maker: TransactionMaker;
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
 * any moment, and neither forgets nor does anything twice. `change`: an operation, or what it waits for, changed.
 */
export class TransactionEngine extends EventEmitter<{ change: [Operation] }> implements AsyncDisposable {
  readonly #options: EngineOptions;
  /** By operation, why it does not go on. */
  readonly #problems = new Map<string, string>();
  /** By transaction hash, when it was last handed to the endpoints. */
  readonly #sentAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: EngineOptions) {
    super();
    this.#options = options;
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
    if (!this.#isClosed && this.#isBusy()) this.#schedule(0);
  }

  /** Takes an operation; it is on the disk when this returns. The same id again changes nothing. */
  submit(intent: Intent): Operation {
    const known = this.#options.journal.get(intent.id);
    if (known !== undefined) return known;
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
      await this.#reopenVanished(view);
      for (const { id } of this.#open()) await this.#observe(id, view);
      await this.#advanceAll(view);
    } catch (error) {
      this.#explain(undefined, error);
    }
    if (!this.#isClosed && this.#isBusy()) this.#schedule(this.#options.pace.lookMs);
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
          this.#sentAtMs.delete(hash);
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
        if (event.type === 'vanished') this.#sentAtMs.delete(event.hash);
      }
    } catch (error) {
      this.#explain(id, error);
    }
  }

  async #advanceAll(view: ChainView): Promise<void> {
    let isHeldUp = false;
    for (const { id } of this.#open()) {
      try {
        await this.#advance(id, view, isHeldUp);
      } catch (error) {
        this.#explain(id, error);
      }
      const step = nextStep(this.#known(id)).do;
      isHeldUp ||= step !== 'nothing' && step !== 'await-depth';
    }
  }

  async #advance(id: string, view: ChainView, isHeldUp: boolean): Promise<void> {
    const operation = this.#known(id);
    const step = nextStep(operation);
    switch (step.do) {
      case 'nothing':
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
        if (!isHeldUp) await this.#judgeRefusal(operation, step.attempt, view);
        return;
      case 'sign':
        if (!isHeldUp) await this.#sign(operation, step.call, view);
    }
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
      await this.#judgeForecast(operation, error.reason, view);
      return;
    }
    this.#write(signed);
    this.#setProblem(operation.id, null);
    await this.#send(operation.id, signed.hash, signed.raw, view);
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

  /** Before it is signed: the contract would refuse the call. */
  async #judgeForecast(operation: Operation, reason: string, view: ChainView): Promise<void> {
    const { journal, pace, clock } = this.#options;
    // What is not final yet may be undone, and the call be possible again.
    const isUnsettled = journal.operations.some(({ attempts }) =>
      attempts.some(({ mined }) => mined !== null && !mined.final),
    );
    if (isClaim(operation)) {
      if (reason === 'NothingToClaim' && !isUnsettled) {
        this.#end(
          operation.id,
          'done',
          'There was nothing left to claim: it was paid by another transaction.',
        );
        return;
      }
      const ageMs = clock.now().getTime() - Date.parse(operation.at);
      if (ageMs < pace.proofMs) return this.#rebuild(operation, view);
    }
    if (isUnsettled) {
      this.#setProblem(operation.id, 'It waits until what was sent before is final.');
      return;
    }
    this.#end(operation.id, 'failed', `Nothing was sent: the contract would refuse it (${reason}).`);
  }

  /** After it was mined, for good, without success, or its nonce was used by another program. */
  async #judgeRefusal(operation: Operation, attempt: Attempt, view: ChainView): Promise<void> {
    const { mined } = attempt;
    const refusals = operation.attempts.filter(
      (each) => each.superseded || each.mined?.succeeded === false,
    ).length;
    const mayRetry = isClaim(operation) || (mined !== null && ranOutOfGas(mined.gasUsed, attempt.gasLimit));
    if (mayRetry && refusals < MOST_REFUSALS) {
      if (isClaim(operation)) await this.#rebuild(operation, view);
      await this.#sign(this.#known(operation.id), attempt.call, view);
      return;
    }
    const why =
      mined === null
        ? 'Another program used this wallet at the same time, so it was not done.'
        : `The contract refused it, in transaction ${attempt.hash}; the fee was paid, nothing else happened.`;
    this.#end(operation.id, 'failed', why);
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

  /** Sends a transaction again, replaces it when it waits for too long, or cancels it. */
  async #push(operation: Operation, attempts: readonly Attempt[], view: ChainView): Promise<void> {
    const { maker, pace, clock } = this.#options;
    const latest = attempts.at(-1);
    if (latest === undefined) return;
    const nowMs = clock.now().getTime();
    const isLate = nowMs - Date.parse(latest.signedAt) > pace.replaceMs;
    const mustCancel = operation.cancelAsked && latest.purpose === 'call';
    const mayReplace = !operation.signElsewhere && attempts.length <= MOST_REPLACEMENTS;
    if (mayReplace && (mustCancel || isLate) && (await this.#isNext(operation.account, latest.nonce, view))) {
      const signed = await maker.replace(operation, latest, mustCancel ? 'cancel' : latest.purpose, view);
      this.#write(signed);
      await this.#send(operation.id, signed.hash, signed.raw, view);
      return;
    }
    const sentAtMs = this.#sentAtMs.get(latest.hash);
    if (sentAtMs === undefined || nowMs - sentAtMs > pace.sendAgainMs) {
      await this.#send(operation.id, latest.hash, latest.raw, view);
    }
  }

  async #isNext(account: string, nonce: number, view: ChainView): Promise<boolean> {
    return (await view.transactionCount(account)).value === nonce;
  }

  async #send(id: string, hash: string, raw: string, view: ChainView): Promise<void> {
    const problems = await view.broadcast(raw);
    this.#sentAtMs.set(hash, this.#options.clock.now().getTime());
    const attempt = this.#known(id).attempts.find((each) => each.hash === hash);
    const [problem] = problems;
    // "already known" and "nonce too low" are what an endpoint says that has it, or had it mined.
    if (problem === undefined || /already|known|nonce too low/i.test(problem)) {
      this.#setProblem(id, null);
      if (attempt?.sent === false) this.#write({ type: 'sent', id, hash });
    } else {
      this.#setProblem(id, `An endpoint does not take the transaction (${problem}).`);
    }
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

function isClaim({ action }: Operation): boolean {
  return action.kind === 'claim' || action.kind === 'claim-and-stake';
}
