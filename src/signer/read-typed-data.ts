import { getAddress, TypedDataEncoder } from 'ethers';
import {
  CLAIM_AND_STAKE_TYPES,
  escrowDomain,
  rewardsDomain,
  type TypedDataDomain,
  type TypedDataFields,
  VOUCHER_TYPES,
} from '../shared/chain/typed-data.ts';
import type { SignedValue, SigningDescription, UnsignedTypedData } from '../shared/signer-protocol.ts';
import { sameAddress, tokens } from './known-calls.ts';
import { refused, type SigningRules } from './read-transaction.ts';

export interface ReadTypedData {
  /** What is signed: `0x` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly description: SigningDescription;
}

/**
 * The digest and the meaning of a message for the network's own contracts: its domain is made here, from the
 * profile, and not taken from whoever asks.
 * @throws GataError `signing-refused` when it speaks for another address.
 */
export function readTypedData(message: UnsignedTypedData, { profile, own }: SigningRules): ReadTypedData {
  const { chainId, contracts } = profile;
  switch (message.type) {
    case 'claim-and-stake': {
      const { account, cumulative, nonce, deadline } = message;
      requireOwn(account, own);
      const until = new Date(Number(deadline) * 1000);
      if (Number.isNaN(until.getTime())) throw refused('its deadline is no time');
      return {
        digest: digestOf(rewardsDomain(chainId, contracts.rewards), CLAIM_AND_STAKE_TYPES, {
          account: own,
          ...{ cumulative, nonce, deadline },
        }),
        description: {
          network: profile.name,
          contract: 'rewards',
          call: 'ClaimAndStake',
          sentence: `Let anybody claim and stake what this wallet has earned, ${tokens(cumulative, profile)} since the beginning, until ${until.toISOString()}.`,
          values: [
            value('account', 'address', own),
            value('cumulative', 'token-wei', cumulative),
            value('nonce', 'number', nonce),
            value('deadline', 'time', deadline),
          ],
          maxFeeWei: null,
        },
      };
    }
    case 'voucher': {
      requireOwn(message.buyer, own);
      const { cumulative } = message;
      const gateway = getAddress(message.gateway.toLowerCase());
      return {
        digest: digestOf(escrowDomain(chainId, contracts.escrow), VOUCHER_TYPES, {
          buyer: own,
          ...{ gateway, cumulative },
        }),
        description: {
          network: profile.name,
          contract: 'escrow',
          call: 'Voucher',
          sentence: `Let the gateway ${gateway} charge this wallet's deposit up to ${tokens(cumulative, profile)} since the beginning.`,
          values: [
            value('buyer', 'address', own),
            value('gateway', 'address', gateway),
            value('cumulative', 'token-wei', cumulative),
          ],
          maxFeeWei: null,
        },
      };
    }
  }
}

function digestOf(
  domain: TypedDataDomain,
  types: Readonly<Record<string, TypedDataFields>>,
  message: Readonly<Record<string, string>>,
): string {
  const fields = Object.fromEntries(Object.entries(types).map(([name, list]) => [name, [...list]]));
  return TypedDataEncoder.hash({ ...domain }, fields, message);
}

function requireOwn(address: string, own: string): void {
  if (!sameAddress(address, own)) throw refused(`it speaks for ${address}, not for this wallet`);
}

function value(name: string, kind: SignedValue['kind'], text: string): SignedValue {
  return { name, kind, value: text };
}
