import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypedDataEncoder, verifyTypedData } from 'ethers/hash';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNodeKey } from '../../../src/agent/identity/node-key.ts';
import { structDigest } from '../../../src/shared/chain/struct-digest.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { ENROLMENT_DOMAIN, ENROLMENT_TYPES, sessionRequestSchema } from '../../../src/shared/job-protocol.ts';
import {
  PAYOUT_ADDRESS_DOMAIN,
  PAYOUT_ADDRESS_TYPES,
  payoutAddressMessage,
} from '../../../src/shared/payout-address.ts';

const hexadecimal = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((all) => all.join(''));

describe('the node key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gata-node-key-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const path = () => join(folder, 'node-key.json');

  it('is made at the first start, readable by its user only, and is the same at the next', async () => {
    const first = await loadNodeKey(folder, systemClock);
    const second = await loadNodeKey(folder, systemClock);
    expect(second.nodeKey.nodeId).toBe(first.nodeKey.nodeId);
    expect(first.notices).toEqual([]);
    expect(second.notices).toEqual([]);
    if (process.platform !== 'win32') expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['node-key.json']);
  });

  it('makes the data folder when it is missing', async () => {
    await loadNodeKey(join(folder, 'new', 'folder'), systemClock);
    expect(await readdir(join(folder, 'new', 'folder'))).toEqual(['node-key.json']);
  });

  it('signs enrolments that any EIP-712 verifier attributes to the node id', async () => {
    const { nodeKey } = await loadNodeKey(folder, systemClock);
    const challenge = { gateway: 'http://127.0.0.1:7430', nonce: 'ab'.repeat(32) };
    const signature = nodeKey.signEnrolment(challenge);
    expect(
      sessionRequestSchema.safeParse({ nodeId: nodeKey.nodeId, nonce: challenge.nonce, signature }).success,
    ).toBe(true);
    const message = { nodeId: nodeKey.nodeId, gateway: challenge.gateway, nonce: `0x${challenge.nonce}` };
    const signer = verifyTypedData(ENROLMENT_DOMAIN, ENROLMENT_TYPES, message, signature);
    expect(signer.toLowerCase()).toBe(nodeKey.nodeId);
  });

  it('hashes every enrolment as EIP-712 prescribes', () => {
    fc.assert(
      fc.property(hexadecimal(40), fc.string({ unit: 'grapheme' }), hexadecimal(64), (id, gateway, nonce) => {
        const message = { nodeId: `0x${id}`, gateway, nonce: `0x${nonce}` };
        const struct = { type: 'Enrolment', fields: ENROLMENT_TYPES.Enrolment, values: message };
        const ours = Buffer.from(structDigest({ domain: ENROLMENT_DOMAIN, ...struct })).toString('hex');
        expect(`0x${ours}`).toBe(TypedDataEncoder.hash(ENROLMENT_DOMAIN, ENROLMENT_TYPES, message));
      }),
      { numRuns: 50 },
    );
  });

  it('signs where its earnings go', async () => {
    const { nodeKey } = await loadNodeKey(folder, systemClock);
    await fc.assert(
      fc.asyncProperty(
        hexadecimal(40),
        fc.nat(),
        fc.string({ unit: 'grapheme' }),
        async (digits, at, gateway) => {
          const change = { payoutAddress: `0x${digits}`, issuedAtMs: at * 2 ** 20 + 1, gateway };
          const signature = nodeKey.signPayoutAddress(change);
          const message = payoutAddressMessage(nodeKey.nodeId, gateway, change);
          const signer = verifyTypedData(PAYOUT_ADDRESS_DOMAIN, PAYOUT_ADDRESS_TYPES, message, signature);
          expect(signer.toLowerCase()).toBe(nodeKey.nodeId);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['empty', () => ''],
    ['cut short', (text: string) => text.slice(0, 70)],
    ['of another key', (text: string) => text.replace(/"0x[0-9a-f]*/, `"0x${'0'.repeat(40)}`)],
    ['zero', (text: string) => text.replace(/"privateKey":"[0-9a-f]*/, `"privateKey":"${'0'.repeat(64)}`)],
  ])('keeps a damaged file (%s) aside, makes a new key and says so', async (_how, damage) => {
    const before = await loadNodeKey(folder, systemClock);
    const damaged = damage(await readFile(path(), 'utf8'));
    await writeFile(path(), damaged);
    const after = await loadNodeKey(folder, systemClock);
    expect(after.nodeKey.nodeId).not.toBe(before.nodeKey.nodeId);
    expect(after.notices).toMatchObject([{ level: 'warning', code: 'node-key-damaged' }]);
    const aside = (await readdir(folder)).find((name) => name.startsWith('node-key.damaged-'));
    expect(await readFile(join(folder, aside ?? ''), 'utf8')).toBe(damaged);
  });

  it('explains a data folder that cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(loadNodeKey(join(folder, 'file'), systemClock)).rejects.toMatchObject({
      code: 'data-folder-unusable',
    });
  });
});
