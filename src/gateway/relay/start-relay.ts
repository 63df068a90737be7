import type { Logger } from 'pino';
import { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { Clock } from '../../shared/clock.ts';
import { AccountWorker } from '../chain/account-worker.ts';
import { ChainAccount } from '../chain/chain-account.ts';
import { ChainLoop } from '../chain/chain-loop.ts';
import { Outbox } from '../chain/outbox.ts';
import { TransactionDesk } from '../chain/transaction-desk.ts';
import type { EpochStore } from '../settle/epoch-store.ts';
import type { RewardTrees } from '../settle/reward-trees.ts';
import type { Settlement } from '../settle/settlement-options.ts';
import type { Database } from '../store/database.ts';
import { ClaimContract } from './claim-contract.ts';
import { ClaimRelay } from './claim-relay.ts';
import { ClaimSender } from './claim-sender.ts';
import { ClaimStore } from './claim-store.ts';
import type { Relay } from './relay-options.ts';

export interface RelayParts {
  readonly db: Database;
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly clock: Clock;
  readonly log: Logger;
}

const POLL_MS = 1000;
/** Without a claim under way the chain is asked this often what the account has, and what gas costs. */
const HEALTH_MS = 30_000;

/** Starts to send claims for accounts. @param stack owns what was started. */
export function startRelay(
  stack: AsyncDisposableStack,
  { key, limits }: Relay,
  { profile, confirmations }: Settlement,
  { db, epochs, trees, clock, log }: RelayParts,
): ClaimRelay {
  const chain = new ChainAccess(profile, fetch);
  const account = new ChainAccount(profile.chainId, key);
  const claims = new ClaimStore(db);
  const contract = new ClaimContract(profile);
  const desk = new TransactionDesk({
    ...{ account, outbox: new Outbox(db, 'relay'), confirmations, clock, log },
    onEnd: (tx, ended) => claims.ended(tx, ended, clock.now()),
    gasPriceCeilingWei: limits.gasPriceCeilingWei,
  });
  const sender = new ClaimSender({
    claims,
    contract,
    desk,
    epochs,
    trees,
    limits,
    confirmations,
    clock,
    log,
  });
  const worker = new AccountWorker(chain, desk, [sender]);
  const turn = async () => {
    if (!(await sender.hasWork(HEALTH_MS))) return false;
    try {
      return await worker.step();
    } catch (error) {
      sender.forgetHealth();
      throw error;
    }
  };
  stack.use(new ChainLoop({ turn, everyMs: POLL_MS, name: 'the relay of claims', log }));
  log.info({ network: profile.name, relay: account.address }, 'sending claims for accounts');
  return new ClaimRelay({ chain, claims, contract, sender, desk, epochs, trees, limits, clock });
}
