import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { StructToSign } from '../../shared/chain/struct-digest.ts';
import { addressOfSecret, signStruct } from '../../shared/chain/struct-signature.ts';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  ENROLMENT_DOMAIN,
  ENROLMENT_TYPES,
  enrolmentMessage,
  nodeIdSchema,
} from '../../shared/job-protocol.ts';
import type { Notice } from '../../shared/local-api.ts';
import {
  PAYOUT_ADDRESS_DOMAIN,
  PAYOUT_ADDRESS_TYPES,
  payoutAddressMessage,
} from '../../shared/payout-address.ts';
import { type ReceiptFacts, receiptStruct } from '../../shared/receipt.ts';

const NODE_KEY_FILE_NAME = 'node-key.json';

const nodeKeyFileSchema = z.object({
  version: z.literal(1),
  nodeId: nodeIdSchema,
  privateKey: z.string().regex(/^[0-9a-f]{64}$/),
});

/** This device's identity on the network. It signs sessions, receipts and where its earnings go, and holds no money. */
export interface NodeKey {
  /** The key's address, lower case. */
  readonly nodeId: string;
  /**
   * @param challenge `nonce` is 64 hexadecimal digits, `gateway` the network's name in the challenge.
   * @returns the EIP-712 signature r ‖ s ‖ v, `0x` and 130 hexadecimal digits.
   */
  signEnrolment(challenge: { readonly gateway: string; readonly nonce: string }): string;
  /** The same for the address that this node's earnings go to; `gateway` as in the challenge. */
  signPayoutAddress(change: {
    readonly payoutAddress: string;
    readonly gateway: string;
    readonly issuedAtMs: number;
  }): string;
  /** The same for what was done for a job. */
  signReceipt(facts: ReceiptFacts): string;
}

/**
 * Reads the node key from the data folder, or makes one there (mode 0600) at the first start. A damaged file
 * is set aside under another name, never overwritten; the node then has a new key, and a notice says so.
 * @throws GataError `data-folder-unusable` when the file can be neither read nor made.
 */
export async function loadNodeKey(
  folder: string,
  clock: Clock,
): Promise<{ readonly nodeKey: NodeKey; readonly notices: readonly Notice[] }> {
  const path = join(folder, NODE_KEY_FILE_NAME);
  try {
    const text = await readIfPresent(path);
    if (text === undefined) return { nodeKey: await makeNodeKey(path), notices: [] };
    const secret = parseNodeKeyFile(text);
    if (secret !== undefined) return { nodeKey: nodeKeyOf(secret), notices: [] };
    const aside = join(folder, `node-key.damaged-${clock.now().toISOString().replaceAll(':', '-')}.json`);
    await rename(path, aside);
    const nodeKey = await makeNodeKey(path);
    return { nodeKey, notices: [damagedNotice(aside, nodeKey.nodeId, clock)] };
  } catch (error) {
    if (error instanceof GataError) throw error;
    throw new GataError(
      'data-folder-unusable',
      `The node key ${path} can neither be read nor made. Check that this user may write to the folder and that its disk has space.`,
      { cause: error },
    );
  }
}

/** The secret, or undefined when the text is not a whole and consistent key file. */
function parseNodeKeyFile(text: string): Uint8Array | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = nodeKeyFileSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const secret = hexToBytes(parsed.data.privateKey);
  if (!secp256k1.utils.isValidSecretKey(secret)) return undefined;
  return addressOfSecret(secret) === parsed.data.nodeId ? secret : undefined;
}

function nodeKeyOf(secret: Uint8Array): NodeKey {
  const nodeId = addressOfSecret(secret);
  const sign = (struct: StructToSign) => signStruct(struct, secret);
  return {
    nodeId,
    signEnrolment: (challenge) =>
      sign({
        domain: ENROLMENT_DOMAIN,
        type: 'Enrolment',
        fields: ENROLMENT_TYPES.Enrolment,
        values: enrolmentMessage(nodeId, challenge),
      }),
    signPayoutAddress: (change) =>
      sign({
        domain: PAYOUT_ADDRESS_DOMAIN,
        type: 'PayoutAddress',
        fields: PAYOUT_ADDRESS_TYPES.PayoutAddress,
        values: payoutAddressMessage(nodeId, change.gateway, change),
      }),
    signReceipt: (facts) => sign(receiptStruct(facts)),
  };
}

/** Writes a new key so that the file is there whole or not at all, and an existing one is never replaced. */
async function makeNodeKey(path: string): Promise<NodeKey> {
  const secret = secp256k1.utils.randomSecretKey();
  const nodeKey = nodeKeyOf(secret);
  const text = `${JSON.stringify({ version: 1, nodeId: nodeKey.nodeId, privateKey: bytesToHex(secret) })}\n`;
  await mkdir(join(path, '..'), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(text);
    await file.sync();
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return nodeKey;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function damagedNotice(aside: string, nodeId: string, clock: Clock): Notice {
  return {
    id: 'node-key-damaged',
    level: 'warning',
    code: 'node-key-damaged',
    message: `The node key file was damaged and is kept as ${aside}. This device now has a new identity, ${nodeId}; restore a backup of node-key.json to have the old one back.`,
    at: clock.now().toISOString(),
  };
}
