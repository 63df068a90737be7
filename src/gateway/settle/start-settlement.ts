import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { DEFAULT_FEE_SPLIT, type FeeSplit } from '../ledger/fee-split.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { Database } from '../store/database.ts';
import { Availability } from './availability.ts';
import type { EpochStore } from './epoch-store.ts';
import type { RewardTrees } from './reward-trees.ts';
import { SettlementChain } from './settlement-chain.ts';
import { SettlementLoop } from './settlement-loop.ts';
import type { Settlement } from './settlement-options.ts';
import { Settler } from './settler.ts';
import { SettlerOutbox } from './settler-outbox.ts';

export interface SettlementParts {
  readonly db: Database;
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly registry: PresenceRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

const LONGEST_POLL_MS = 15_000;

/** Starts to settle on the chain, if there is one. @param stack owns what was started. */
export async function startSettlement(
  stack: AsyncDisposableStack,
  settlement: Settlement | undefined,
  { db, epochs, trees, registry, clock, log }: SettlementParts,
): Promise<{ feeSplit: () => FeeSplit }> {
  if (settlement === undefined) return { feeSplit: () => DEFAULT_FEE_SPLIT };
  const { profile, key, epochSeconds, confirmations, resubmitVetoed } = settlement;
  if (resubmitVetoed) {
    const reopened = await epochs.reopenVetoed();
    log.info({ reopened }, 'vetoed epochs are submitted again');
  }
  const availability = stack.use(new Availability(db, registry, clock, log));
  const chain = stack.use(new SettlementChain(profile, key));
  const settler = new Settler({
    ...{ epochs, trees, chain, confirmations, clock, log },
    outbox: new SettlerOutbox(db),
    flushAvailability: () => availability.flush(),
    epochMs: epochSeconds * 1000,
    fundsRewards: profile.test,
  });
  const everyMs = Math.min(LONGEST_POLL_MS, epochSeconds * 100);
  const loop = stack.use(new SettlementLoop(chain, settler, everyMs, log));
  log.info({ network: profile.name, settler: chain.address, epochSeconds }, 'settling on the chain');
  return { feeSplit: () => loop.feeSplit };
}
