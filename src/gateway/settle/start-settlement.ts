import type { Logger } from 'pino';
import { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { Clock } from '../../shared/clock.ts';
import { AccountWorker } from '../chain/account-worker.ts';
import { ChainAccount } from '../chain/chain-account.ts';
import { ChainLoop } from '../chain/chain-loop.ts';
import { type OnEnd, Outbox } from '../chain/outbox.ts';
import { TransactionDesk } from '../chain/transaction-desk.ts';
import { DEFAULT_FEE_SPLIT, type FeeSplit } from '../ledger/fee-split.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { Database } from '../store/database.ts';
import { ChargeCollector } from '../vouchers/charge-collector.ts';
import { EscrowContract } from '../vouchers/escrow-contract.ts';
import { VoucherOffice } from '../vouchers/voucher-office.ts';
import { VoucherStore } from '../vouchers/voucher-store.ts';
import { Availability } from './availability.ts';
import type { EpochStore } from './epoch-store.ts';
import type { RewardTrees } from './reward-trees.ts';
import { SettlementContracts } from './settlement-contracts.ts';
import type { Settlement } from './settlement-options.ts';
import { Settler } from './settler.ts';

export interface SettlementParts {
  readonly db: Database;
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly registry: PresenceRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningSettlement {
  /** As the chain had it last; the default until it has answered. */
  readonly feeSplit: () => FeeSplit;
  /** undefined: the gateway settles on no chain. */
  readonly vouchers: VoucherOffice | undefined;
}

const LONGEST_POLL_MS = 15_000;

/** Starts to settle on the chain, if there is one. @param stack owns what was started. */
export async function startSettlement(
  stack: AsyncDisposableStack,
  settlement: Settlement | undefined,
  { db, epochs, trees, registry, clock, log }: SettlementParts,
): Promise<RunningSettlement> {
  if (settlement === undefined) return { feeSplit: () => DEFAULT_FEE_SPLIT, vouchers: undefined };
  const { profile, key, epochSeconds, confirmations, resubmitVetoed } = settlement;
  if (resubmitVetoed) {
    const reopened = await epochs.reopenVetoed();
    log.info({ reopened }, 'vetoed epochs are submitted again');
  }
  const availability = stack.use(new Availability(db, registry, clock, log));
  const chain = new ChainAccess(profile, fetch);
  const account = new ChainAccount(profile.chainId, key);
  const gateway = account.address;
  const contracts = new SettlementContracts(profile);
  const escrow = new EscrowContract(profile, gateway);
  const store = new VoucherStore(db, gateway.toLowerCase());
  const onEnd: OnEnd = async (tx, ended) => {
    const { purpose, subject } = ended.entry;
    if (purpose === 'submit' && ended.isDone) await epochs.markSubmitted(tx, Number(subject));
    await charges.booked(tx, ended);
  };
  const outbox = new Outbox(db, 'settler');
  const desk = new TransactionDesk({ account, outbox, onEnd, confirmations, clock, log });
  const settler = new Settler({
    ...{ epochs, trees, contracts, desk, clock, log },
    flushAvailability: () => availability.flush(),
    epochMs: epochSeconds * 1000,
    fundsRewards: profile.test,
  });
  let feeSplit = DEFAULT_FEE_SPLIT;
  const charges = new ChargeCollector({
    ...{ store, escrow, desk, confirmations, clock, log },
    feeSplit: () => feeSplit,
    terms: settlement.charges,
  });
  const reading = {
    advance: async (view: Parameters<Settler['advance']>[0]) => {
      feeSplit = await contracts.feeSplit(view);
      return false;
    },
  };
  const worker = new AccountWorker(chain, desk, [reading, settler, charges]);
  let isChecked = false;
  const turn = async () => {
    if (!isChecked) await chain.checkProfile();
    isChecked = true;
    return await worker.step();
  };
  const everyMs = Math.min(LONGEST_POLL_MS, epochSeconds * 100, settlement.charges.everyMs);
  stack.use(new ChainLoop({ turn, everyMs, name: 'the settlement', log }));
  log.info({ network: profile.name, settler: gateway, epochSeconds }, 'settling on the chain');
  return {
    feeSplit: () => feeSplit,
    vouchers: new VoucherOffice({ chain, escrow, store, gateway, confirmations, clock }),
  };
}
