import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import { afterAll, expect, it } from 'vitest';
import { startEmbeddedChain } from '../../scripts/start/embedded-chain.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import { networkProfileSchema } from '../../src/shared/network-profile.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** What the settler owns on the chain of a profile. */
async function funds(profileFile: string, settlerKeyFile: string): Promise<bigint> {
  const profile = networkProfileSchema.parse(JSON.parse(readFileSync(profileFile, 'utf8')));
  const provider = new JsonRpcProvider(profile.rpcUrls[0], profile.chainId, { staticNetwork: true });
  const settler = new Wallet(readFileSync(settlerKeyFile, 'utf8'));
  const token = new Contract(profile.token.address, CONTRACT_INTERFACES.token, provider);
  const balance = await token.getFunction('balanceOf').staticCall(settler.address);
  provider.destroy();
  return BigInt(balance);
}

it('has the contracts and a funded settler, and the same after a restart, also of a killed one', {
  timeout: 120_000,
}, async () => {
  const said: string[] = [];
  const start = () => startEmbeddedChain(path.join(folder.path, 'chain'), (sentence) => said.push(sentence));
  let address: string;
  {
    await using chain = await start();
    expect(await funds(chain.profileFile, chain.settlerKeyFile)).toBe(5n * 10n ** 26n);
    address = readFileSync(chain.profileFile, 'utf8').replace(/"http:[^"]*"/, '');
  }
  expect(said).toHaveLength(1);
  const abandoned = await start();
  // As after a supervisor that was killed: its chain still runs when the next one starts.
  await using chain = await start();
  expect(await funds(chain.profileFile, chain.settlerKeyFile)).toBe(5n * 10n ** 26n);
  expect(readFileSync(chain.profileFile, 'utf8').replace(/"http:[^"]*"/, '')).toBe(address);
  expect(said).toHaveLength(1);
  await expect(abandoned.child.unexpectedExit()).rejects.toThrow('SIGKILL');
});
