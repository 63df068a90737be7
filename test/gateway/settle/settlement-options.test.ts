import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSettlement } from '../../../src/gateway/settle/settlement-options.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const address = (digit: string) => `0x${digit.repeat(40)}`;
const profile = {
  ...{
    schemaVersion: 1,
    name: 'x',
    test: true,
    chainId: 97,
    rpcUrls: ['https://rpc.example'],
    explorerUrl: null,
  },
  ...{ nativeSymbol: 'x', token: { address: address('1'), symbol: 'G', decimals: 18 }, deployedAtBlock: 0 },
  contracts: {
    ...{ rewards: address('2'), staking: address('3'), escrow: address('4'), parameters: address('5') },
    ...{ models: address('6'), governor: address('7'), timelock: address('8') },
  },
};
const KEY = 'ab'.repeat(32);

function file(name: string, text: string): string {
  const where = path.join(folder.path, name);
  writeFileSync(where, text);
  return where;
}

const rest = { epochSeconds: 60, confirmations: 15, resubmitVetoed: false };
const charges = { everyMs: 3_600_000, aboveWei: undefined };
const good = () => file('profile.json', JSON.stringify(profile));

it('reads a profile and a key, with or without 0x', async () => {
  for (const text of [KEY, `0x${KEY}\n`]) {
    const settlement = await readSettlement({ ...rest, profileFile: good(), keyFile: file('key', text) });
    expect(settlement).toEqual({ ...rest, charges, profile, key: `0x${KEY}` });
  }
});

it('names what is wrong, and never repeats a key', async () => {
  const missing = path.join(folder.path, 'missing');
  const insecure = file('insecure.json', JSON.stringify({ ...profile, rpcUrls: ['http://rpc.example'] }));
  const key = file('key', KEY);
  const cases = [
    [{ profileFile: good(), keyFile: undefined }, '--settler-key-file'],
    [{ profileFile: missing, keyFile: key }, `${missing} cannot be read`],
    [{ profileFile: insecure, keyFile: key }, 'not valid: rpcUrls.0'],
    [{ profileFile: file('text.json', 'gata'), keyFile: key }, 'text.json is not valid.'],
    [{ profileFile: good(), keyFile: missing }, `${missing} cannot be read`],
  ] as const;
  for (const [files, message] of cases) {
    await expect(readSettlement({ ...rest, ...files })).rejects.toThrow(message);
  }
  const wrong = file('wrong-key', `${KEY}cd`);
  const refusal = await readSettlement({ ...rest, profileFile: good(), keyFile: wrong }).catch(String);
  expect(refusal).toContain('wrong-key is not valid');
  expect(refusal).not.toContain(KEY);
});
