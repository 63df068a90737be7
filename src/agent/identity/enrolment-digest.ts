import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ENROLMENT_DOMAIN, ENROLMENT_TYPES } from '../../shared/job-protocol.ts';

export interface Enrolment {
  /** Lower-case address of the node key. */
  readonly nodeId: string;
  /** The network the signature is for, as the challenge names it. */
  readonly gateway: string;
  /** 64 hexadecimal digits. */
  readonly nonce: string;
}

/**
 * The 32 bytes that EIP-712 has signed for an enrolment. Written out for this one struct, because a general
 * encoder costs an idle agent more memory than everything else that it needs to connect.
 * https://eips.ethereum.org/EIPS/eip-712
 */
export function enrolmentDigest({ nodeId, gateway, nonce }: Enrolment): Uint8Array {
  const domainSeparator = hashAll(
    hashText('EIP712Domain(string name,string version)'),
    hashText(ENROLMENT_DOMAIN.name),
    hashText(ENROLMENT_DOMAIN.version),
  );
  const fields = ENROLMENT_TYPES.Enrolment.map(({ name, type }) => `${type} ${name}`).join(',');
  const struct = hashAll(
    hashText(`Enrolment(${fields})`),
    leftPadded(hexToBytes(nodeId.slice(2))),
    hashText(gateway),
    hexToBytes(nonce),
  );
  return hashAll(Uint8Array.of(0x19, 0x01), domainSeparator, struct);
}

function hashAll(...parts: Uint8Array[]): Uint8Array {
  return keccak_256(concatBytes(...parts));
}

function hashText(text: string): Uint8Array {
  return keccak_256(utf8ToBytes(text));
}

function leftPadded(bytes: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.byteLength);
  return word;
}
