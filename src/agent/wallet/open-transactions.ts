import { join } from 'node:path';
import type { Logger } from 'pino';
import { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { Clock } from '../../shared/clock.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import { buildCalls } from './actions/build-calls.ts';
import type { RewardProofs } from './actions/reward-proofs.ts';
import type { ClaimRelay } from './relay/claim-relay-client.ts';
import { RelayedClaims } from './relay/relayed-claims.ts';
import type { TransactionSigner } from './signer/transaction-signer.ts';
import type { FeeLimits } from './transactions/fee-policy.ts';
import { type EnginePace, TransactionEngine, USUAL_PACE } from './transactions/transaction-engine.ts';
import { TransactionJournal } from './transactions/transaction-journal.ts';
import { TransactionMaker } from './transactions/transaction-maker.ts';

export interface TransactionsOptions {
  readonly dataFolder: string;
  readonly profile: NetworkProfile;
  readonly signer: TransactionSigner;
  readonly proofs: RewardProofs;
  readonly limits: () => FeeLimits;
  /** Sends claims and pays for them; undefined: nobody does. */
  readonly relay?: ClaimRelay | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pace?: EnginePace;
  readonly rpcTimeoutMs?: number;
}

/** What sends a wallet's transactions on one network; it goes on with what was under way when it is started. */
export interface Transactions extends AsyncDisposable {
  readonly chain: ChainAccess;
  readonly engine: TransactionEngine;
}

/** @throws GataError `wallet-damaged` when the journal cannot be read, `disk-full` or `data-folder-unusable`. */
export function openTransactions(options: TransactionsOptions): Transactions {
  const { dataFolder, profile, signer, proofs, limits, clock, logger } = options;
  const chain = new ChainAccess(profile, fetch, options.rpcTimeoutMs);
  const journal = TransactionJournal.open(
    join(dataFolder, 'wallet', `transactions-${profile.chainId}.jsonl`),
  );
  const pace = options.pace ?? USUAL_PACE;
  const { relay: gateway } = options;
  const engine = new TransactionEngine({
    chain,
    journal,
    relayed: gateway && new RelayedClaims({ profile, gateway, proofs, signer, pace, clock }),
    maker: new TransactionMaker({ profile, signer, limits, clock }),
    rebuild: async (action, account, view) =>
      (await buildCalls(action, account, { profile, view, proofs })).calls,
    pace,
    clock,
    logger,
  });
  return {
    chain,
    engine,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      journal[Symbol.dispose]();
    },
  };
}
