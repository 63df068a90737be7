import { getBytes } from 'ethers';
import { z } from 'zod';
import { votesInWei } from '../../shared/chain/votes-in-wei.ts';
import { PROPOSAL_STATES, type ProposalView } from '../../shared/governance.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import { describeCall } from './describe-call.ts';
import { plainText, titleOf } from './plain-text.ts';

/** `GataGovernor.ProposalSummary`, in the order of its fields. */
const summarySchema = z.tuple([
  z.bigint(),
  z.string(),
  z.bigint().transform(Number),
  z.boolean(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.array(z.string()),
  z.array(z.string()),
  z.string(),
]);

/** 9999-12-31, the last day that an ISO date of four digits can name; a date beyond it stands for never. */
const LAST_SECOND = 253_402_214_400n;

/**
 * Pure. What `summaryAt` said, as the user sees it.
 * @param account null: nobody's votes were asked for.
 * @throws ZodError when the governor is another contract.
 */
export function viewProposal(
  [summary]: readonly unknown[],
  account: string | null,
  ownVote: ProposalView['ownVote'],
  profile: NetworkProfile,
): ProposalView {
  const [
    id,
    proposer,
    stateIndex,
    hasVoted,
    voteStart,
    voteEnd,
    executableAt,
    againstVotes,
    forVotes,
    abstainVotes,
    quorum,
    power,
    targets,
    calldatas,
    descriptionData,
  ] = summarySchema.parse(summary);
  const description = plainText(getBytes(descriptionData));
  const state = z.enum(PROPOSAL_STATES).parse(PROPOSAL_STATES[stateIndex]);
  // The contract tells neither before voting begins.
  const hasBegun = state !== 'pending' && !(state === 'cancelled' && quorum === 0n);
  return {
    id: String(id),
    state,
    proposer,
    title: titleOf(description),
    description,
    actions: targets.map((target, index) => {
      const data = calldatas[index] ?? '0x';
      return { target, ...describeCall(target, data, profile), data };
    }),
    voteStart: timeOf(voteStart),
    voteEnd: timeOf(voteEnd),
    executableAt: executableAt === 0n ? null : timeOf(executableAt),
    votes: {
      againstWei: votesInWei(againstVotes),
      forWei: votesInWei(forVotes),
      abstainWei: votesInWei(abstainVotes),
    },
    quorumWei: hasBegun ? votesInWei(quorum) : null,
    hasVoted: account === null ? null : hasVoted,
    ownVote,
    powerWei: hasBegun && account !== null ? votesInWei(power) : null,
  };
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds < LAST_SECOND ? seconds : LAST_SECOND) * 1000).toISOString();
}
