import { formatUnits } from 'ethers';
import type { Governance, NetworkParameters, ProposalView } from '../../shared/governance.ts';
import { durationText } from '../governance/duration-text.ts';

/** Votes and parameters for a terminal, and a line for each proposal. */
export function governanceText(governance: Governance): string {
  const { account, delegate, proposals, more, token } = governance;
  const gata = amountsOf(governance);
  const delegateText =
    delegate === null
      ? 'nobody votes with it'
      : delegate.toLowerCase() === account?.toLowerCase()
        ? 'you vote with it'
        : `${delegate} votes with it`;
  const duration = (seconds: number) => durationText(BigInt(seconds));
  return [
    ...(account === null
      ? ['There is no wallet yet, so there are no votes.']
      : [
          `Your stake: ${gata(governance.stakedWei)} ${token.symbol}; ${delegateText}.`,
          `Your votes: ${gata(governance.votesWei)}, and a proposal needs ${gata(governance.proposalThresholdWei)}.`,
        ]),
    `Voting begins ${duration(governance.votingDelaySeconds)} after a proposal and lasts ${duration(governance.votingPeriodSeconds)}; what is accepted waits ${duration(governance.timelockSeconds)}.`,
    '',
    ...parametersText(governance.parameters, gata, token.symbol),
    '',
    ...(proposals.length === 0 ? ['Nothing was proposed yet.'] : proposals.map(proposalLine)),
    ...(more ? ['There are older proposals.'] : []),
  ].join('\n');
}

/** One proposal with all that it says of itself. */
export function proposalText(proposal: ProposalView, governance: Governance): string {
  const gata = amountsOf(governance);
  const { votes, quorumWei, ownVote, hasVoted, powerWei, executableAt } = proposal;
  const own =
    ownVote !== null
      ? `You voted "${ownVote}".`
      : hasVoted === true
        ? 'You voted.'
        : `You have not voted${powerWei === null ? '' : `, and may with ${gata(powerWei)} votes`}.`;
  return [
    `${proposal.title === '' ? 'Without a title' : proposal.title} (${proposal.state})`,
    `Id: ${proposal.id}`,
    `By: ${proposal.proposer}`,
    `Voting: ${proposal.voteStart} to ${proposal.voteEnd}`,
    ...(executableAt === null ? [] : [`Can be carried out from ${executableAt}`]),
    `For ${gata(votes.forWei)}, against ${gata(votes.againstWei)}, abstained ${gata(votes.abstainWei)}`,
    ...(quorumWei === null
      ? []
      : [`For and abstained must reach ${gata(quorumWei)} together, and for must exceed against.`]),
    ...(governance.account === null ? [] : [own]),
    '',
    'It would:',
    ...proposal.actions.map(
      ({ target, sentence, data }) =>
        `  ${sentence ?? `Call ${target} in a way that Gata does not understand: ${data}`}`,
    ),
    '',
    'What its proposer says:',
    ...proposal.description.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function proposalLine({ id, state, title }: ProposalView): string {
  return `${state.padEnd(9)}  ${title === '' ? 'Without a title' : title}\n           ${id}`;
}

function parametersText(
  { feeSplit, rewardWeights, modelTypes }: NetworkParameters,
  gata: (wei: string) => string,
  symbol: string,
): string[] {
  const percent = (basisPoints: number) => `${basisPoints / 100}%`;
  const admitted = modelTypes.filter((type) => type.admitted);
  return [
    `Of what buyers pay: ${percent(feeSplit.nodes)} to nodes, ${percent(feeSplit.protocol)} to the protocol, ${percent(feeSplit.stakers)} to stakers.`,
    `Of nodes' share: ${percent(rewardWeights.usage)} by use, the rest by availability.`,
    `For availability: ${gata(rewardWeights.availabilityPerGpuHourWei)} ${symbol} an hour of a card, at most ${gata(rewardWeights.availabilityPerEpochWei)} ${symbol} an epoch.`,
    `Admitted models: ${admitted.map(({ kind, rewardWeight }) => `${kind} (${rewardWeight / 10_000}×)`).join(', ') || 'none'}.`,
  ];
}

function amountsOf({ token }: Governance): (wei: string) => string {
  return (wei) => formatUnits(wei, token.decimals).replace(/\.0$/, '');
}
