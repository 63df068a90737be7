import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { RewardProof } from '../../../shared/reward-proof.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { WalletChainView } from '../../../shared/wallet-overview.ts';
import type { PlanFee } from '../../../shared/wallet-transactions.ts';
import { buildCalls } from '../actions/build-calls.ts';
import { whyNotWorthIt } from '../actions/claim-worth.ts';
import { gasOfCalls } from '../actions/gas-of-calls.ts';
import { planFee } from '../actions/plan-fee.ts';
import { isRelayed } from '../actions/relay-terms.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { ClaimRelay } from '../relay/claim-relay-client.ts';
import type { Operation } from '../transactions/operation.ts';
import { readStaking } from './read-staking.ts';

export interface ChainLook {
  readonly account: string;
  readonly view: ChainView;
  readonly profile: NetworkProfile;
  readonly proof: RewardProof | undefined;
  readonly pendingWei: bigint | null;
  readonly operations: readonly Operation[];
  readonly relay: Pick<ClaimRelay, 'offer'>;
  readonly settings: Pick<Settings, 'wallet' | 'energy'>;
  readonly now: Date;
}

/** All that the overview shows of an account, at the view's block. @throws GataError as `ChainView.ask`. */
export async function lookAtChain(look: ChainLook): Promise<WalletChainView> {
  const { account, view, profile, proof, pendingWei, operations, relay, settings, now } = look;
  const [ledger, staking, nativeWei] = await Promise.all([
    readLedger(view, account, { profile, word: { proof, pendingWei }, operations }),
    readStaking(view, account, profile),
    view.coins(account),
  ]);
  const claimableWei = BigInt(ledger.claimableWei);
  const [fee, relayed] =
    claimableWei === 0n
      ? [null, false]
      : await Promise.all([
          feeOfClaim(look),
          settings.wallet.relayClaims ? wouldRelay(relay, account, claimableWei) : false,
        ]);
  const notWorthIt = whyNotWorthIt(claimableWei, relayed ? null : fee, profile, settings.wallet);
  return {
    lookedAt: now.toISOString(),
    ledger,
    staking,
    nativeWei: String(nativeWei),
    claim: { fee, relayed, notWorthIt },
  };
}

/** null: the contract would refuse the claim now, as it does for a moment when the root changes. */
async function feeOfClaim(look: ChainLook): Promise<PlanFee | null> {
  const { account, view, profile, proof, settings } = look;
  const proofs = { proofOf: async () => proof };
  try {
    const { calls } = await buildCalls({ kind: 'claim' }, account, { profile, view, proofs });
    const [gas, gasPriceWei] = await Promise.all([gasOfCalls(calls, account, view), view.gasPrice()]);
    return planFee({ gas, gasPriceWei }, profile, settings);
  } catch {
    // Planning the claim says why; the rest of the overview is right without it.
    return null;
  }
}

/** A gateway that does not answer does not pay. */
async function wouldRelay(
  relay: Pick<ClaimRelay, 'offer'>,
  account: string,
  claimableWei: bigint,
): Promise<boolean> {
  try {
    return isRelayed(claimableWei, await relay.offer(account));
  } catch {
    return false;
  }
}
