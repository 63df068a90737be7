import { createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { encryptKeystoreJson, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addressOf, decryptKeystore, encryptKeystore } from '../../src/signer/keystore-v3.ts';

const PASSWORD = 'quittung sofa ñandú marzipan';
const key = Uint8Array.from(randomBytes(32));
const text = await encryptKeystore(key, PASSWORD);

const fileSchema = z.object({
  version: z.literal(3),
  address: z.string(),
  crypto: z.object({
    ciphertext: z.string(),
    cipherparams: z.object({ iv: z.string() }),
    kdfparams: z.object({ n: z.int(), r: z.int(), p: z.int(), dklen: z.int(), salt: z.string() }),
    mac: z.string(),
  }),
});

/** The format from its description alone, without any of our code or ethers'. */
function openByHand(json: string, password: string): Uint8Array {
  const { crypto } = fileSchema.parse(JSON.parse(json));
  const { n, r, p, dklen, salt } = crypto.kdfparams;
  const derived = scryptSync(password.normalize('NFKC'), Buffer.from(salt, 'hex'), dklen, {
    ...{ N: n, r, p },
    maxmem: 2 ** 28,
  });
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex');
  const mac = keccak_256(Buffer.concat([derived.subarray(16, 32), ciphertext]));
  expect(Buffer.from(mac).toString('hex')).toBe(crypto.mac);
  const decipher = createDecipheriv(
    'aes-128-ctr',
    derived.subarray(0, 16),
    Buffer.from(crypto.cipherparams.iv, 'hex'),
  );
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

describe('a keystore file', () => {
  it('uses scrypt at N = 2^17', () => {
    expect(fileSchema.parse(JSON.parse(text)).crypto.kdfparams).toMatchObject({ n: 2 ** 17, r: 8, p: 1 });
  });

  it('is opened by ethers', async () => {
    const wallet = await Wallet.fromEncryptedJson(text, PASSWORD);
    expect(wallet.address).toBe(addressOf(key));
  });

  it('is opened by an independent reading of the format', () => {
    expect(Buffer.from(openByHand(text, PASSWORD))).toEqual(Buffer.from(key));
  });

  it('opens in a moment', async () => {
    const begun = performance.now();
    const opened = await decryptKeystore(text, PASSWORD);
    const tookMs = performance.now() - begun;
    expect(opened.address).toBe(addressOf(key));
    // The promise is 1.5 s, which `npm run bench:unlock` checks; other tests run at the same time as this one.
    expect(tookMs).toBeLessThan(6000);
  });

  it('that ethers wrote is opened here', async () => {
    const account = { address: addressOf(key), privateKey: `0x${Buffer.from(key).toString('hex')}` };
    const theirs = await encryptKeystoreJson(account, PASSWORD, { scrypt: { N: 1024, r: 8, p: 1 } });
    expect((await decryptKeystore(theirs, PASSWORD)).address).toBe(account.address);
  });

  it('opens the published example with PBKDF2', async () => {
    // From the format's description: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/
    const example = {
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
        ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
        kdf: 'pbkdf2',
        kdfparams: {
          c: 262144,
          dklen: 32,
          prf: 'hmac-sha256',
          salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
        },
        mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
      },
      id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
      version: 3,
    };
    const { privateKey } = await decryptKeystore(JSON.stringify(example), 'testpassword');
    expect(Buffer.from(privateKey).toString('hex')).toBe(
      '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d',
    );
  });

  it('says that the password is wrong', async () => {
    await expect(decryptKeystore(text, `${PASSWORD}!`)).rejects.toMatchObject({ code: 'wrong-password' });
  });

  it.each([
    ['no JSON', text.slice(0, 100)],
    ['another version', text.replace('"version": 3', '"version": 1')],
    ['a cut key', text.replace(/"ciphertext": "../, '"ciphertext": "')],
    ['a derivation that would take the memory', text.replace('131072', String(2 ** 30))],
  ])('that is damaged is told from a wrong password: %s', async (_name, damaged) => {
    await expect(decryptKeystore(damaged, PASSWORD)).rejects.toMatchObject({ code: 'wallet-damaged' });
  });

  it('that holds another key than it says is damaged', async () => {
    const other = text.replace(/"address": "[0-9a-f]{40}"/, `"address": "${'1'.repeat(40)}"`);
    await expect(decryptKeystore(other, PASSWORD)).rejects.toMatchObject({ code: 'wallet-damaged' });
  });
});
