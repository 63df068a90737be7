import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** A value of an EIP-712 struct of the few types that nodes and gateways sign; amounts as decimal digits. */
type FieldValue = string | number;

export interface StructToSign {
  readonly domain: { readonly name: string; readonly version: string };
  readonly type: string;
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly values: Readonly<Record<string, FieldValue>>;
}

/**
 * The 32 bytes that EIP-712 has signed. Written out for flat structs, because a general encoder costs an idle agent
 * more memory than everything else that it needs to connect.
 * https://eips.ethereum.org/EIPS/eip-712
 */
export function structDigest({ domain, type, fields, values }: StructToSign): Uint8Array {
  const domainSeparator = hashAll(
    hashText('EIP712Domain(string name,string version)'),
    hashText(domain.name),
    hashText(domain.version),
  );
  const signature = fields.map((field) => `${field.type} ${field.name}`).join(',');
  const words = fields.map((field) => encode(field.type, values[field.name]));
  const struct = hashAll(hashText(`${type}(${signature})`), ...words);
  return hashAll(Uint8Array.of(0x19, 0x01), domainSeparator, struct);
}

function encode(type: string, value: FieldValue | undefined): Uint8Array {
  switch (type) {
    case 'address':
    case 'bytes32':
      return leftPadded(hexToBytes(String(value).slice(2)));
    case 'string':
      return hashText(String(value));
    case 'uint256':
      return hexToBytes(
        BigInt(value ?? 0)
          .toString(16)
          .padStart(64, '0'),
      );
    default:
      throw new Error(`Structs with a ${type} are not signed here.`);
  }
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
