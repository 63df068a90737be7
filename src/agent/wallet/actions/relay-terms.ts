import { formatUnits } from 'ethers';
import type { ClaimRelayOffer } from '../../../shared/claim-relay.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';

/** Pure. Whether the gateway would pay for claiming so much. */
export function isRelayed(amountWei: bigint, { offered, minimumWei }: ClaimRelayOffer): boolean {
  return offered && amountWei >= BigInt(minimumWei);
}

/** @throws GataError `conflict` that says why the gateway would not pay for claiming so much. */
export function requireRelay(
  amountWei: bigint | null,
  offer: ClaimRelayOffer,
  { decimals, symbol }: NetworkProfile['token'],
): void {
  if (!offer.offered) {
    const why = offer.reason ?? 'It does not say why.';
    throw new GataError(
      'conflict',
      `The gateway does not pay the fee of claims now. ${why} Pay it yourself.`,
    );
  }
  if (isRelayed(amountWei ?? 0n, offer)) return;
  throw new GataError(
    'conflict',
    `The gateway pays the fee of claims from ${formatUnits(offer.minimumWei, decimals)} ${symbol} on. Wait until it is more, or pay it yourself.`,
  );
}
