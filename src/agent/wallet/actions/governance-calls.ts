import { AbiCoder, formatUnits, Interface, keccak256, id as keccakOfText } from 'ethers';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import { CallRevertedError } from '../../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import { GataError } from '../../../shared/gata-error.ts';
import { PROPOSAL_STATES, type ProposalState } from '../../../shared/governance.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { WalletAction, WalletCall } from '../../../shared/wallet-transactions.ts';
import { describeCall } from '../../governance/describe-call.ts';
import { encodeChange } from '../../governance/encode-change.ts';
import { judgeChange, judgeDescription } from '../../governance/judge-change.ts';
import { readParameters } from '../../governance/read-parameters.ts';
import type { BuiltAction } from './build-calls.ts';

export type GovernanceAction = Extract<
  WalletAction,
  { readonly kind: 'propose-change' | 'queue-proposal' | 'execute-proposal' }
>;

interface GovernanceParts {
  readonly profile: NetworkProfile;
  readonly view: ChainView;
}

const ABI = CONTRACT_INTERFACES.governor;
/** Votes have six digits more than the token. */
const VOTE_DIGITS = 6;
const detailsSchema = z.tuple([z.array(z.string()), z.array(z.bigint()), z.array(z.string()), z.string()]);

/** Why a proposal in this state cannot be queued or executed. */
const NOT_READY: Readonly<Record<ProposalState, string>> = {
  pending: 'Voting on this proposal has not begun.',
  active: 'Voting on this proposal has not ended.',
  cancelled: 'This proposal was cancelled.',
  defeated: 'This proposal was not accepted.',
  succeeded: 'This proposal was accepted and has to be queued first.',
  queued: 'This proposal is queued already.',
  expired: 'This proposal has expired.',
  executed: 'This proposal was carried out already.',
};

/**
 * The governor's call, in the forms with arrays that the signer reads.
 * @throws GataError `invalid-request` for a change that makes no sense, `conflict` without the votes for it or in a
 * state that does not allow it, `not-found` without the proposal; else as `ChainView.ask`.
 */
export function buildGovernanceCall(
  action: GovernanceAction,
  account: string,
  parts: GovernanceParts,
): Promise<BuiltAction> {
  return action.kind === 'propose-change'
    ? proposeChange(action, account, parts)
    : moveOn(action.kind === 'queue-proposal' ? 'queue' : 'execute', action.proposalId, parts);
}

async function proposeChange(
  { change, description }: Extract<GovernanceAction, { kind: 'propose-change' }>,
  account: string,
  { profile, view }: GovernanceParts,
): Promise<BuiltAction> {
  const problem = judgeChange(change, await readParameters(view, profile)) ?? judgeDescription(description);
  if (problem !== null) throw new GataError('invalid-request', problem, { param: 'action' });
  await requireVotes(account, { profile, view });
  const { target, data } = encodeChange(change, profile);
  const proposal = [[target], [0n], [data]] as const;
  await requireNew(proposal, description, { profile, view });
  const { sentence } = describeCall(target, data, profile);
  return {
    calls: [governorCall('propose', profile, ...proposal, description)],
    amountWei: null,
    summary: `Propose to all stakers: ${sentence}`,
  };
}

async function requireVotes(account: string, { profile, view }: GovernanceParts): Promise<void> {
  const { governor, staking } = profile.contracts;
  const { timestamp } = await view.block(view.height);
  const [votes, threshold] = await Promise.all([
    // As the governor counts them.
    view.read(CONTRACT_INTERFACES.staking, staking, 'getPastVotes', account, timestamp - 1),
    view.read(ABI, governor, 'proposalThreshold'),
  ]).then((answers) => answers.map(([value]) => z.bigint().parse(value)));
  if (votes === undefined || threshold === undefined || votes >= threshold) return;
  const text = (amount: bigint) => formatUnits(amount, profile.token.decimals + VOTE_DIGITS);
  throw new GataError(
    'conflict',
    `A proposal needs ${text(threshold)} votes, and ${account} has ${text(votes)}. Stake more, and delegate the stake to yourself; or let somebody with more votes propose it.`,
  );
}

/** The governor names a proposal by its calls and the hash of its description, so the same one exists once. */
async function requireNew(
  proposal: readonly [readonly string[], readonly bigint[], readonly string[]],
  description: string,
  { profile, view }: GovernanceParts,
): Promise<void> {
  const types = ['address[]', 'uint256[]', 'bytes[]', 'bytes32'];
  const encoded = AbiCoder.defaultAbiCoder().encode(types, [...proposal, keccakOfText(description)]);
  try {
    await view.read(ABI, profile.contracts.governor, 'state', BigInt(keccak256(encoded)));
  } catch (error) {
    if (error instanceof CallRevertedError) return;
    throw error;
  }
  throw new GataError(
    'conflict',
    'The same change was proposed before with the same words. Say in the description why it is proposed again.',
  );
}

async function moveOn(
  step: 'queue' | 'execute',
  proposalId: string,
  { profile, view }: GovernanceParts,
): Promise<BuiltAction> {
  const ask = (name: string) => view.read(ABI, profile.contracts.governor, name, BigInt(proposalId));
  const details = await ask('proposalDetails').catch((error: unknown) => {
    if (!(error instanceof CallRevertedError)) throw error;
    throw new GataError('not-found', `The governor knows no proposal ${proposalId}.`, { cause: error });
  });
  const [targets, values, calldatas, descriptionHash] = detailsSchema.parse(details);
  const [[stateIndex], [eta], { timestamp }] = await Promise.all([
    ask('state'),
    ask('proposalEta'),
    view.block(view.height),
  ]);
  const state = z.enum(PROPOSAL_STATES).parse(PROPOSAL_STATES[Number(z.bigint().parse(stateIndex))]);
  if (state !== (step === 'queue' ? 'succeeded' : 'queued'))
    throw new GataError('conflict', NOT_READY[state]);
  const executableAt = z.bigint().parse(eta);
  if (step === 'execute' && executableAt > BigInt(timestamp)) {
    const time = new Date(Number(executableAt) * 1000).toISOString();
    throw new GataError('conflict', `This proposal waits in the timelock until ${time}.`);
  }
  const sentences = targets.map((target, index) => {
    const data = calldatas[index] ?? '0x';
    return describeCall(target, data, profile).sentence ?? `Call ${target} with ${data.slice(0, 10)}….`;
  });
  return {
    calls: [governorCall(step, profile, targets, values, calldatas, descriptionHash)],
    amountWei: null,
    summary: `${step === 'queue' ? 'Queue' : 'Carry out'} what was accepted: ${sentences.join(' ')}`,
  };
}

function governorCall(name: string, { contracts }: NetworkProfile, ...values: unknown[]): WalletCall {
  return {
    name: `governor.${name}`,
    to: contracts.governor,
    data: new Interface(ABI).encodeFunctionData(name, values),
  };
}
