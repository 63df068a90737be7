import { keccak_256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { GataError } from './gata-error.ts';
import { chainAddressSchema, type NetworkProfile } from './network-profile.ts';

/** EIP-712: what the node key signs so that what the node earns goes to an address. */
export const PAYOUT_ADDRESS_DOMAIN = { name: 'Gata payout address', version: '1' };
export const PAYOUT_ADDRESS_TYPES = {
  PayoutAddress: [
    { name: 'nodeId', type: 'address' },
    { name: 'payoutAddress', type: 'address' },
    { name: 'gateway', type: 'string' },
    { name: 'issuedAtMs', type: 'uint256' },
  ],
};

/** `PUT /v1/nodes/me/payout-address`, with the node's session token. */
export const payoutAddressRequestSchema = z.object({
  payoutAddress: chainAddressSchema,
  /** Milliseconds since 1970; later than that of the address before, so that an old request cannot come back. */
  issuedAtMs: z.int().positive(),
  signature: z.string().regex(/^0x[0-9a-f]{130}$/),
});
export type PayoutAddressRequest = z.infer<typeof payoutAddressRequestSchema>;

/** `GET` and `PUT` of it: the address in force, with its checksum; null: none yet. */
export const payoutAddressAnswerSchema = z.object({ payoutAddress: chainAddressSchema.nullable() });

/** The EIP-712 message; `gateway` is the URL that the gateway names in its challenges. */
export function payoutAddressMessage(
  nodeId: string,
  gateway: string,
  { payoutAddress, issuedAtMs }: Pick<PayoutAddressRequest, 'payoutAddress' | 'issuedAtMs'>,
) {
  return { nodeId, payoutAddress: payoutAddress.toLowerCase(), gateway, issuedAtMs };
}

/**
 * An address that can be paid, with its checksum.
 * @throws GataError `invalid-request` for a mistyped one, and for the token and contracts of the network, which could
 * never give back what they are sent.
 */
export function checkPayoutAddress(text: string, profile: NetworkProfile | undefined): string {
  const parsed = chainAddressSchema.safeParse(text);
  if (!parsed.success) {
    throw refused(`The payout address ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
  }
  const digits = text.slice(2);
  const hasChecksum = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  const address = withChecksum(digits.toLowerCase());
  if (hasChecksum && address !== text) {
    throw refused('The payout address is mistyped: its checksum is wrong. Copy it again from your wallet.');
  }
  const ours = profile === undefined ? [] : [profile.token.address, ...Object.values(profile.contracts)];
  if (ours.some((other) => other.toLowerCase() === address.toLowerCase())) {
    throw refused(
      'The payout address is a contract of the network, which keeps what it gets. Use a wallet of yours.',
    );
  }
  return address;
}

/** ERC-55: a letter is capital where the hash of the digits has 8 or more. Written out, because ethers is large. */
function withChecksum(digits: string): string {
  const hash = keccak_256(utf8ToBytes(digits));
  const cased = [...digits].map((digit, index) => {
    const byte = hash[index >> 1] ?? 0;
    const half = index % 2 === 0 ? byte >> 4 : byte & 15;
    return half >= 8 ? digit.toUpperCase() : digit;
  });
  return `0x${cased.join('')}`;
}

function refused(message: string): GataError {
  return new GataError('invalid-request', message);
}
