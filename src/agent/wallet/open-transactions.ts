import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import { buildCalls } from './actions/build-calls.ts';
import type { RewardProofs } from './actions/reward-proofs.ts';
import { ChainAccess } from './chain/chain-access.ts';
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
  const chain = new ChainAccess(profile, options.rpcTimeoutMs);
  const journal = TransactionJournal.open(
    join(dataFolder, 'wallet', `transactions-${profile.chainId}.jsonl`),
  );
  const engine = new TransactionEngine({
    chain,
    journal,
    maker: new TransactionMaker({ profile, signer, limits, clock }),
    rebuild: async (action, account, view) =>
      (await buildCalls(action, account, { profile, view, proofs })).calls,
    pace: options.pace ?? USUAL_PACE,
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
