/** EIP-712: the domains and messages that the contracts and the gateway understand. */
export type TypedDataFields = readonly { readonly name: string; readonly type: string }[];

export interface TypedDataDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: string;
}

/** A node account's consent to `RewardsDistributor.claimAndStake` by a relayer. Amounts in wei of the token. */
export const CLAIM_AND_STAKE_TYPES = {
  ClaimAndStake: [
    { name: 'account', type: 'address' },
    { name: 'cumulative', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const satisfies Record<string, TypedDataFields>;

export function rewardsDomain(chainId: number, rewards: string): TypedDataDomain {
  return { name: 'Gata RewardsDistributor', version: '1', chainId, verifyingContract: rewards };
}

/** What a buyer lets a gateway have charged since the beginning, in wei of the token. */
export const VOUCHER_TYPES = {
  Voucher: [
    { name: 'buyer', type: 'address' },
    { name: 'gateway', type: 'address' },
    { name: 'cumulative', type: 'uint256' },
  ],
} as const satisfies Record<string, TypedDataFields>;

export function escrowDomain(chainId: number, escrow: string): TypedDataDomain {
  return { name: 'Gata ComputeEscrow', version: '1', chainId, verifyingContract: escrow };
}
