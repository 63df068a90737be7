import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { WalletState } from '../../../shared/wallet.ts';
import type { WalletChainView, WalletOverview } from '../../../shared/wallet-overview.ts';
import type { ActionDesk } from '../actions/action-desk.ts';
import type { RewardProofs } from '../actions/reward-proofs.ts';
import type { ClaimRelay } from '../relay/claim-relay-client.ts';
import type { TransactionEngine } from '../transactions/transaction-engine.ts';
import { lookAtChain } from './look-at-chain.ts';
import { isUnderWay, overviewOperations } from './overview-operations.ts';
import { RememberedGateway } from './remembered-gateway.ts';
import type { StatementSource } from './statement-source.ts';

/** Who tells that something is another now. */
interface Changing {
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** Where the wallet's account is looked at. */
interface OverviewNetwork {
  readonly profile: NetworkProfile;
  readonly desk: ActionDesk;
  readonly engine: TransactionEngine;
  readonly proofs: RewardProofs;
  readonly relay: Pick<ClaimRelay, 'offer'>;
}

/** Milliseconds between two looks at the chain. */
export interface OverviewPace {
  /** While nobody looks and nothing is under way. */
  readonly idleMs: number;
  readonly busyMs: number;
  /** However much changes. */
  readonly leastMs: number;
}

const USUAL_PACE: OverviewPace = { idleMs: 60_000, busyMs: 5000, leastMs: 500 };
/** A view this old is good enough for who asks once. */
const FRESH_MS = 5000;

export interface WalletOverviewParts {
  readonly keys: Changing & { state(): WalletState };
  readonly settings: Changing & { readonly current: Settings };
  /** null: no network is configured. */
  readonly network: OverviewNetwork | null;
  /** null: the gateway's statements are not compared. */
  readonly statements: StatementSource | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pace?: OverviewPace;
}

/** A look at the chain, and whose account it was at. */
interface Look {
  readonly account: string;
  readonly view: WalletChainView;
}

/**
 * What the wallet has and does, as last seen: a look at the chain each minute, more often while an operation is under
 * way or somebody watches, at once when something changed; one at a time. Without an account it does not look.
 */
export class WalletOverviewBoard extends EventEmitter<{ change: [] }> implements AsyncDisposable {
  readonly #parts: WalletOverviewParts;
  readonly #pace: OverviewPace;
  readonly #sources: readonly Changing[];
  readonly #gateway: RememberedGateway | null;
  #last: Look | undefined;
  #problem: string | null = null;
  #isWatched = false;
  #timer: NodeJS.Timeout | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;
  #isClosed = false;

  constructor(parts: WalletOverviewParts) {
    super();
    this.#parts = parts;
    this.#pace = parts.pace ?? USUAL_PACE;
    const { keys, settings, network, statements } = parts;
    this.#gateway = network === null ? null : new RememberedGateway(network.proofs, network.relay);
    this.#sources = [
      keys,
      settings,
      ...(network === null ? [] : [network.engine]),
      ...(statements === null ? [] : [statements]),
    ];
  }

  /** Begins to look. */
  start(): void {
    for (const source of this.#sources) source.on('change', this.#onChange);
    this.#schedule(0);
  }

  current(): WalletOverview {
    const { keys, network, statements } = this.#parts;
    const wallet = keys.state();
    const last = this.#last?.account === wallet.address ? this.#last : undefined;
    return {
      wallet,
      token:
        network === null
          ? null
          : { symbol: network.profile.token.symbol, decimals: network.profile.token.decimals },
      nativeSymbol: network?.profile.nativeSymbol ?? null,
      explorerUrl: network?.profile.explorerUrl ?? null,
      chain: last?.view ?? null,
      problem: wallet.address === null ? null : this.#problem,
      operations: network === null ? [] : overviewOperations(network.desk.operations()),
      statements: statements?.view ?? null,
    };
  }

  /** As of a few seconds ago at most, if the chain answers within `patienceMs`; else as last seen. */
  async fresh(patienceMs = 3000): Promise<WalletOverview> {
    if (this.#accountToLookAt() !== null && performance.now() - this.#lookedAtMs > FRESH_MS) {
      const { promise: tired, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, patienceMs);
      await Promise.race([this.#look(), tired]);
      clearTimeout(timer);
    }
    return this.current();
  }

  /** Somebody watches, who wants to see changes within seconds. */
  setWatched(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    if (isWatched) this.#schedule(this.#pace.busyMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.off('change', this.#onChange);
    await this.#looking;
  }

  readonly #onChange = (): void => {
    this.#gateway?.askAnew();
    this.emit('change');
    if (this.#looking === undefined) this.#schedule(0);
    else this.#mustLookAgain = true;
  };

  #accountToLookAt(): string | null {
    return this.#parts.network === null ? null : this.#parts.keys.state().address;
  }

  /** Looks after so long, but not too soon after the last look; without an account, not at all. */
  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#accountToLookAt() === null) return;
    const soonest = this.#lookedAtMs + this.#pace.leastMs - performance.now();
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, soonest, afterMs));
    this.#timer.unref();
  }

  #look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#lookedAtMs = performance.now();
      const isAgain = this.#mustLookAgain;
      this.#mustLookAgain = false;
      this.#schedule(isAgain ? 0 : this.#isBusy() ? this.#pace.busyMs : this.#pace.idleMs);
    });
    return this.#looking;
  }

  #isBusy(): boolean {
    return this.#isWatched || (this.#parts.network?.desk.operations().some(isUnderWay) ?? false);
  }

  async #lookOnce(): Promise<void> {
    const { network, keys, settings, statements, clock } = this.#parts;
    const gateway = this.#gateway;
    const account = keys.state().address;
    if (this.#isClosed || network === null || gateway === null || account === null) return;
    try {
      const { profile, desk, engine } = network;
      const [view, { proof, problem }] = await Promise.all([desk.look(), gateway.proofOf(account)]);
      const seen = await lookAtChain({
        account,
        view,
        profile,
        proof,
        pendingWei: statements?.pendingWei ?? null,
        operations: engine.operations,
        relay: gateway,
        settings: settings.current,
        now: clock.now(),
      });
      this.#last = { account, view: seen };
      this.#problem = problem;
    } catch (error) {
      // Of an account that is no longer the wallet's it says nothing; the next look is on its way.
      if (keys.state().address === account) this.#problem = this.#sentenceOf(error);
    }
    if (!this.#isClosed) this.emit('change');
  }

  #sentenceOf(error: unknown): string {
    const known = GataError.from(error);
    if (known.code === 'internal-error') this.#parts.logger.error({ err: error }, 'wallet overview failed');
    return known.message;
  }
}
