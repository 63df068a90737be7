import { formatUnits, type Result } from 'ethers';
import type { NetworkProfile } from '../shared/network-profile.ts';
import type { SignedValue } from '../shared/signer-protocol.ts';

/** Of the contracts in a network profile, those that the wallet calls. */
export type CalledContract = 'token' | 'rewards' | 'staking' | 'escrow' | 'governor';

export interface CallContext {
  readonly profile: NetworkProfile;
  /** The signing address. */
  readonly own: string;
  /** What a call to one of the network's contracts does, in words, as far as that is known. */
  readonly describeCall: (target: string, data: string) => string;
}

/** A function that the wallet may call. */
export interface KnownCall {
  /** Why this call is refused with these arguments; undefined: it is not. */
  refusal?(args: Result, context: CallContext): string | undefined;
  sentence(args: Result, context: CallContext): string;
  /** The arguments' kinds, in order; those left out are shown as they are. */
  readonly kinds: readonly SignedValue['kind'][];
}

const VOTES = ['against', 'for', 'abstain'];

/** Everything that the wallet signs as a transaction. What is not in here is refused. */
export const KNOWN_CALLS: Readonly<Record<CalledContract, Readonly<Record<string, KnownCall>>>> = {
  token: {
    approve: {
      kinds: ['address', 'token-wei'],
      refusal: ([spender], { profile }) =>
        contractName(spender, profile, ['staking', 'escrow']) === undefined
          ? 'only the staking and the escrow contract may be allowed to take tokens'
          : undefined,
      sentence: ([spender, value], { profile }) =>
        `Let the ${contractName(spender, profile, ['staking', 'escrow'])} contract take up to ${tokens(value, profile)} from this wallet.`,
    },
  },
  rewards: {
    claim: {
      kinds: ['address', 'token-wei', 'bytes'],
      refusal: ([account], { own }) => notOwn(account, own),
      sentence: ([, cumulative], { profile }) =>
        `Claim what this wallet has earned, ${tokens(cumulative, profile)} since the beginning, less what was claimed before.`,
    },
    claimAndStake: {
      kinds: ['address', 'token-wei', 'bytes', 'time', 'bytes'],
      refusal: ([account], { own }) => notOwn(account, own),
      sentence: ([, cumulative], { profile }) =>
        `Claim what this wallet has earned, ${tokens(cumulative, profile)} since the beginning, less what was claimed before, and stake it.`,
    },
  },
  staking: {
    deposit: {
      kinds: ['token-wei', 'address'],
      refusal: ([, receiver], { own }) => notOwn(receiver, own),
      sentence: ([assets], { profile }) => `Stake ${tokens(assets, profile)}.`,
    },
    requestUnstake: {
      kinds: ['stake-shares'],
      sentence: ([shares]) => `Put ${String(shares)} shares of the stake into the queue for unstaking.`,
    },
    cancelUnstake: {
      kinds: ['number'],
      sentence: ([index]) => `Stake again what is at place ${String(index)} of the queue for unstaking.`,
    },
    withdrawUnstaked: {
      kinds: ['address'],
      refusal: ([account], { own }) => notOwn(account, own),
      sentence: () => 'Withdraw what has left the queue for unstaking to this wallet.',
    },
    delegate: {
      kinds: ['address'],
      sentence: ([delegatee], { own }) =>
        sameAddress(delegatee, own)
          ? "Vote with this wallet's stake oneself."
          : `Let ${String(delegatee)} vote with this wallet's stake.`,
    },
  },
  escrow: {
    deposit: {
      kinds: ['address', 'token-wei'],
      refusal: ([buyer], { own }) => notOwn(buyer, own),
      sentence: ([, amount], { profile }) => `Deposit ${tokens(amount, profile)} for buying compute.`,
    },
  },
  governor: {
    propose: {
      kinds: ['bytes', 'bytes', 'bytes', 'text'],
      refusal: ([targets, values, calldatas]) => unsoundProposal(targets, values, calldatas),
      sentence: ([targets, , calldatas, description], context) =>
        `Propose to the network "${firstLine(description)}": ${actions(targets, calldatas, context)}.`,
    },
    castVote: {
      kinds: ['number', 'number'],
      refusal: ([, support]) => (VOTES[Number(support)] === undefined ? 'there is no such vote' : undefined),
      sentence: ([proposal, support]) => `Vote "${VOTES[Number(support)]}" on proposal ${String(proposal)}.`,
    },
    queue: {
      kinds: ['bytes', 'bytes', 'bytes', 'bytes'],
      refusal: ([targets, values, calldatas]) => unsoundProposal(targets, values, calldatas),
      sentence: ([targets, , calldatas], context) =>
        `Queue an accepted proposal: ${actions(targets, calldatas, context)}.`,
    },
    execute: {
      kinds: ['bytes', 'bytes', 'bytes', 'bytes'],
      refusal: ([targets, values, calldatas]) => unsoundProposal(targets, values, calldatas),
      sentence: ([targets, , calldatas], context) =>
        `Carry out an accepted proposal: ${actions(targets, calldatas, context)}.`,
    },
  },
};

/** Amounts in wei of the token as people write them. */
export function tokens(amountWei: unknown, { token }: NetworkProfile): string {
  return `${formatUnits(BigInt(String(amountWei)), token.decimals)} ${token.symbol}`;
}

export function sameAddress(one: unknown, other: string): boolean {
  return String(one).toLowerCase() === other.toLowerCase();
}

function contractName(
  address: unknown,
  { contracts }: NetworkProfile,
  among: readonly ('staking' | 'escrow')[],
): string | undefined {
  return among.find((name) => sameAddress(address, contracts[name]));
}

function notOwn(address: unknown, own: string): string | undefined {
  return sameAddress(address, own) ? undefined : `it is for ${String(address)}, not for this wallet`;
}

function unsoundProposal(targets: unknown, values: unknown, calldatas: unknown): string | undefined {
  const lengths = new Set([itemsOf(targets).length, itemsOf(values).length, itemsOf(calldatas).length]);
  if (lengths.size !== 1 || lengths.has(0)) return 'its lists of calls do not match';
  return itemsOf(values).some((value) => BigInt(String(value)) !== 0n)
    ? 'a proposal may not send coins along'
    : undefined;
}

function actions(targets: unknown, calldatas: unknown, { describeCall }: CallContext): string {
  const data = itemsOf(calldatas);
  return itemsOf(targets)
    .map((target, index) => describeCall(String(target), String(data[index])))
    .join('; ');
}

function itemsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

/** Descriptions of proposals are strangers' Markdown. */
function firstLine(text: unknown): string {
  const line = String(text).trim().split('\n')[0] ?? '';
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 200);
}
