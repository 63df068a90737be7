import type { ProposalView } from '../../shared/governance.ts';

export const VOTE_KINDS = ['for', 'against', 'abstain'] as const;
type VoteKind = (typeof VOTE_KINDS)[number];

export interface VoteShare {
  readonly kind: VoteKind;
  readonly wei: bigint;
  /** Of all votes cast, in thousandths, cut off. */
  readonly thousandths: number;
}

/** How the votes cast are divided. */
export function voteShares({ votes }: Pick<ProposalView, 'votes'>): readonly VoteShare[] {
  const wei = {
    for: BigInt(votes.forWei),
    against: BigInt(votes.againstWei),
    abstain: BigInt(votes.abstainWei),
  };
  const sum = wei.for + wei.against + wei.abstain;
  return VOTE_KINDS.map((kind) => ({
    kind,
    wei: wei[kind],
    thousandths: sum === 0n ? 0 : Number((wei[kind] * 1000n) / sum),
  }));
}

export interface QuorumShare {
  readonly takingPartWei: bigint;
  readonly neededWei: bigint;
  /** Of what is needed, in thousandths, at most all of it. */
  readonly thousandths: number;
  readonly isReached: boolean;
}

/** Who takes part against who must: as the governor counts, "against" does not help. null: not known yet. */
export function quorumShare({
  votes,
  quorumWei,
}: Pick<ProposalView, 'votes' | 'quorumWei'>): QuorumShare | null {
  if (quorumWei === null) return null;
  const takingPartWei = BigInt(votes.forWei) + BigInt(votes.abstainWei);
  const neededWei = BigInt(quorumWei);
  const isReached = takingPartWei >= neededWei;
  const thousandths = isReached ? 1000 : Number((takingPartWei * 1000n) / neededWei);
  return { takingPartWei, neededWei, thousandths, isReached };
}
