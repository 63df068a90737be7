import { formatUnits, Interface, type TransactionDescription } from 'ethers';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import { durationText } from './duration-text.ts';

const ROLES = [
  'token',
  'rewards',
  'staking',
  'escrow',
  'parameters',
  'models',
  'governor',
  'timelock',
] as const;
type Role = (typeof ROLES)[number];

/** Votes have six digits more than the token. */
const VOTE_DIGITS = 6;
const LONGEST_VALUE = 80;

/** What a call of a proposal would do. */
export interface DescribedCall {
  /** The contract by its role in the network profile; null: it is none of the network's. */
  readonly role: Role | null;
  /** null: the call is not understood. */
  readonly sentence: string | null;
}

/** Pure. Reads a call with the interfaces of the network's contracts. */
export function describeCall(target: string, data: string, profile: NetworkProfile): DescribedCall {
  const places = { token: profile.token.address, ...profile.contracts };
  const role = ROLES.find((each) => places[each].toLowerCase() === target.toLowerCase()) ?? null;
  if (role === null) return { role, sentence: null };
  const call = parse(role, data);
  return { role, sentence: call === null ? null : sentenceOf(role, call, profile) };
}

/** Only the one encoding that a compiler would make: nothing hides in padding or at the end. */
function parse(role: Role, data: string): TransactionDescription | null {
  const contract = new Interface(CONTRACT_INTERFACES[role]);
  try {
    const call = contract.parseTransaction({ data });
    if (call === null || contract.encodeFunctionData(call.fragment, call.args) !== data.toLowerCase())
      return null;
    return call;
  } catch {
    // The arguments are cut off, out of range or no text.
    return null;
  }
}

function sentenceOf(role: Role, { name, args }: TransactionDescription, profile: NetworkProfile): string {
  const [first, second, third] = args;
  const gata = (units: unknown, decimals = profile.token.decimals) =>
    `${formatUnits(BigInt(String(units)), decimals)} ${profile.token.symbol}`;
  const known: Readonly<Record<string, () => string>> = {
    'parameters.setFeeSplit': () =>
      `Split what buyers pay: ${percent(first[0])} to nodes, ${percent(first[1])} to the protocol, ${percent(first[2])} to stakers.`,
    'parameters.setRewardWeights': () =>
      `Pay ${percent(first[0])} of the nodes' share by use and the rest by availability, with ${gata(first[1])} for an hour of a card's availability and at most ${gata(first[2])} an epoch.`,
    'parameters.setTreasury': () => `Pay the protocol's share to ${String(first)}.`,
    'models.setModelType': () =>
      second
        ? `Admit models of the kind ${quoted(first)}, whose work counts ${times(third)} for rewards.`
        : `No longer admit models of the kind ${quoted(first)}.`,
    'token.transfer': () => `Pay ${gata(second)} to ${String(first)}.`,
    'token.approve': () => `Let ${String(first)} take ${gata(second)} from the network's funds.`,
    'rewards.setDisputeWindow': () => `Let new rewards wait ${seconds(first)} before they can be claimed.`,
    'rewards.withdrawSurplus': () => `Take ${gata(second)} that nobody was promised to ${String(first)}.`,
    'staking.setTerms': () =>
      `Change the terms of staking: ${seconds(first[0])} from unstaking to withdrawal, ${seconds(first[1])} before a slash is decided, rewards paid out over ${seconds(first[2])} and at most ${percent(first[3])} of the stake a day.`,
    'staking.setTiers': () =>
      `Let the tiers of stakers begin at ${itemsOf(first)
        .map((threshold) => gata(threshold))
        .join(', ')}.`,
    'staking.setSlashRecipient': () => `Send slashed stake to ${String(first)}.`,
    'staking.finishSlash': () => `Carry out slash ${String(first)}.`,
    'staking.refuseSlash': () => `Refuse slash ${String(first)}.`,
    'escrow.setNotice': () => `Let buyers' withdrawals wait ${seconds(first)}.`,
    'governor.setVotingDelay': () => `Let voting begin ${seconds(first)} after a proposal is made.`,
    'governor.setVotingPeriod': () => `Let voting last ${seconds(first)}.`,
    'governor.setProposalThreshold': () =>
      `Ask whoever makes a proposal for the votes of ${gata(first, profile.token.decimals + VOTE_DIGITS)} of stake.`,
    'governor.updateQuorumNumerator': () => `Ask for ${String(first)}% of all votes to take part.`,
    'governor.updateTimelock': () => `Give the governor another timelock, ${String(first)}.`,
    'timelock.updateDelay': () =>
      `Let accepted proposals wait ${seconds(first)} before they are carried out.`,
  };
  const shared: Readonly<Record<string, () => string>> = {
    upgradeToAndCall: () => `Replace the code of the ${role} contract by that at ${String(first)}.`,
    grantRole: () => `Give ${String(second)} the role ${String(first)} in the ${role} contract.`,
    revokeRole: () => `Take the role ${String(first)} in the ${role} contract from ${String(second)}.`,
    transferOwnership: () => `Give the ${role} contract to ${String(first)}.`,
  };
  return (
    (known[`${role}.${name}`] ?? shared[name])?.() ??
    `Call ${name}(${args.map(plain).join(', ')}) of the ${role} contract.`
  );
}

function percent(basisPoints: unknown): string {
  return `${formatUnits(BigInt(String(basisPoints)), 2).replace(/\.0$/, '')}%`;
}

function times(basisPoints: unknown): string {
  return `${formatUnits(BigInt(String(basisPoints)), 4).replace(/\.0$/, '')} times`;
}

function seconds(value: unknown): string {
  return durationText(BigInt(String(value)));
}

/** A stranger's text: what cannot be seen is written out. */
function quoted(text: unknown): string {
  return JSON.stringify(
    String(text).replaceAll(/[\p{Cc}\p{Cf}]/gu, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`),
  );
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  const text = typeof value === 'string' && !value.startsWith('0x') ? quoted(value) : String(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

function itemsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
