import { formatUnits } from 'ethers';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { PlanFee } from '../../../shared/wallet-transactions.ts';
import { unitsOf } from './amounts.ts';

const GWEI_DECIMALS = 9;

/** The most that the user lets a unit of gas cost, in wei of the chain's coin. */
export function gasPriceCeilingWei({ gasPriceCeilingGwei }: Pick<Settings['wallet'], 'gasPriceCeilingGwei'>) {
  return unitsOf(gasPriceCeilingGwei, GWEI_DECIMALS);
}

/** A sentence when gas is dearer than the user's ceiling, so that a transaction would wait; else null. */
export function aboveCeiling(
  { gasPriceWei }: Pick<PlanFee, 'gasPriceWei'>,
  wallet: Pick<Settings['wallet'], 'gasPriceCeilingGwei'>,
): string | null {
  if (BigInt(gasPriceWei) <= gasPriceCeilingWei(wallet)) return null;
  const gwei = formatUnits(gasPriceWei, GWEI_DECIMALS);
  return `Gas costs ${gwei} gwei now, more than your ceiling of ${wallet.gasPriceCeilingGwei}. It is sent when gas is cheaper.`;
}

/**
 * Pure. Why a claim is not worth it by the user's settings, in a sentence; null: it is. The user may claim it anyway.
 * @param fee of a claim that the account pays for; null: the gateway pays, or the fee is not known.
 */
export function whyNotWorthIt(
  claimableWei: bigint,
  fee: PlanFee | null,
  { token }: Pick<NetworkProfile, 'token'>,
  wallet: Pick<Settings['wallet'], 'minimumClaim' | 'gasPriceCeilingGwei'>,
): string | null {
  const text = (wei: bigint) => `${formatUnits(wei, token.decimals)} ${token.symbol}`;
  if (claimableWei === 0n) return 'There is nothing to claim yet.';
  const minimumWei = unitsOf(wallet.minimumClaim, token.decimals);
  if (claimableWei < minimumWei) {
    return `${text(claimableWei)} is less than your minimum of ${text(minimumWei)}. Wait until it is more.`;
  }
  if (fee === null) return null;
  if (fee.gataWei !== null && BigInt(fee.gataWei) >= claimableWei) {
    return `The fee of ${text(BigInt(fee.gataWei))} would eat up the ${text(claimableWei)}. Wait until it is more.`;
  }
  return aboveCeiling(fee, wallet);
}
