import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readRelay } from '../../../src/gateway/relay/relay-options.ts';
import { readSettlement } from '../../../src/gateway/settle/settlement-options.ts';
import { ApiKeyStore } from '../../../src/gateway/store/api-key-store.ts';
import { openDatabase } from '../../../src/gateway/store/database.ts';
import { CLAIM_AND_STAKE_TYPES, rewardsDomain } from '../../../src/shared/chain/typed-data.ts';
import { claimRelayOfferSchema, claimRelayStateSchema } from '../../../src/shared/claim-relay.ts';
import { rewardProofSchema } from '../../../src/shared/reward-proof.ts';
import { secretDigest } from '../../../src/shared/secret-digest.ts';
import { finishJob, nameAddress } from '../../support/gateway-books.ts';
import { type LyingRpc, startLyingRpc } from '../../support/lying-rpc.ts';
import { GATA, type SettlingNetwork, startSettlingNetwork } from '../../support/settling-network.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const soon = { timeout: 60_000, interval: 250 };
const folder = temporaryFolder();
const dataDir = path.join(folder.path, 'gateway');
const [payee, staker, poor] = [Wallet.createRandom(), Wallet.createRandom(), Wallet.createRandom()];
let network: SettlingNetwork;
let gateway: TestGateway;
let first: LyingRpc;

const limits = {
  minimumWei: GATA,
  claimsPerAccountAndDay: 2,
  gasPerDayWei: GATA,
  gasPriceCeilingWei: 10n ** 11n,
};

beforeAll(async () => {
  network = await startSettlingNetwork(folder.path);
  first = await startLyingRpc(network.anvil.url);
  const db = await openDatabase(undefined, path.join(dataDir, 'database'));
  await new ApiKeyStore(db).add('buyer', secretDigest('key').toString('hex'));
  const [buyer] = await new ApiKeyStore(db).all();
  for (const { address } of [payee, staker, poor]) {
    await nameAddress(db, address.toLowerCase(), address);
    const creditWei = address === poor.address ? GATA / 1000n : 10n * GATA;
    const job = { buyerId: buyer?.id ?? '', nodeId: address.toLowerCase(), creditWei };
    await finishJob(db, { ...job, finishedAt: new Date() });
  }
  await db.destroy();
  // One endpoint is dead and one talks of another chain; two are honest, so that two can be sure.
  first.behaviour = 'wrong-chain';
  const { url } = network.anvil;
  const rpcUrls = ['http://127.0.0.1:9/', first.url, url, `${url}/`];
  writeFileSync(network.profileFile, JSON.stringify({ ...network.profile, rpcUrls }));
  gateway = await startTestGateway({
    dataDir,
    settlement: {
      ...{ profileFile: network.profileFile, keyFile: network.settlerKeyFile, epochSeconds: 1 },
      ...{ confirmations: 1, resubmitVetoed: false },
    },
    relay: { keyFile: network.relayKeyFile, ...limits },
  });
}, 120_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function proofOf(address: string) {
  const answer = await fetch(`${gateway.url}/v1/rewards/${address}`);
  return rewardProofSchema.parse(await answer.json());
}

async function request(address: string, cumulative: string, stake: unknown = null) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ cumulative, stake });
  const answer = await fetch(`${gateway.url}/v1/rewards/${address}/relay`, { method: 'POST', headers, body });
  return claimRelayStateSchema.parse(await answer.json());
}

async function becomesDone(address: string, cumulative: string, stake: unknown = null) {
  return await vi.waitFor(async () => {
    await network.anvil.pass(1);
    const told = await request(address, cumulative, stake);
    expect(told).toMatchObject({ state: 'done', detail: null });
    return told;
  }, soon);
}

async function signStake(of: typeof staker, cumulative: string, nonce: bigint, deadline: number) {
  const domain = rewardsDomain(network.profile.chainId, network.profile.contracts.rewards);
  const types = { ClaimAndStake: CLAIM_AND_STAKE_TYPES.ClaimAndStake.map((field) => ({ ...field })) };
  const message = { account: of.address, cumulative, nonce, deadline };
  return { deadline, signature: await of.signTypedData(domain, types, message) };
}

describe.sequential('claims that the gateway pays for', () => {
  it('are offered when a root pays, with dead and wrong endpoints among the good ones', {
    timeout: 120_000,
  }, async () => {
    await vi.waitFor(async () => {
      await network.anvil.pass(1);
      expect((await proofOf(payee.address)).live).toBe(true);
    }, soon);
    const answer = await fetch(`${gateway.url}/v1/rewards/${payee.address}/relay`);
    expect(claimRelayOfferSchema.parse(await answer.json())).toEqual({
      ...{ offered: true, reason: null, minimumWei: String(GATA) },
    });
    expect(first.wrongs).toBeGreaterThan(0);
  });

  it('pay the account, once, from the relay’s own account', { timeout: 120_000 }, async () => {
    const { cumulative } = await proofOf(payee.address);
    const told = await request(payee.address, cumulative);
    expect(['waiting', 'sent']).toContain(told.state);
    const done = await becomesDone(payee.address, cumulative);
    expect(done.transactionHash).toMatch(/^0x/);
    const balanceOf = network.contract('token').getFunction('balanceOf');
    expect(String(await balanceOf.staticCall(payee.address))).toBe(cumulative);
    expect(await request(payee.address, cumulative)).toEqual(done);
    expect(await network.anvil.provider.getTransactionCount(network.relay.address)).toBe(1);
    const transaction = await network.anvil.provider.getTransaction(done.transactionHash ?? '');
    expect(transaction?.from).toBe(network.relay.address);
  });

  it('are staked with the account’s signature, and with no other', { timeout: 120_000 }, async () => {
    const { cumulative } = await proofOf(staker.address);
    const later = Math.floor(Date.now() / 1000) + 86_400;
    const stale = await signStake(staker, cumulative, 0n, 1);
    expect(await request(staker.address, cumulative, stale)).toMatchObject({ state: 'refused' });
    const forged = await signStake(payee, cumulative, 0n, later);
    expect(await request(staker.address, cumulative, forged)).toMatchObject({ state: 'refused' });
    const otherNonce = await signStake(staker, cumulative, 1n, later);
    expect((await request(staker.address, cumulative, otherNonce)).detail).toContain('signature');
    const signed = await signStake(staker, cumulative, 0n, later);
    await request(staker.address, cumulative, signed);
    await becomesDone(staker.address, cumulative, signed);
    const shares = await network.contract('staking').getFunction('balanceOf').staticCall(staker.address);
    expect(shares).toBeGreaterThan(0n);
    expect(await network.contract('token').getFunction('balanceOf').staticCall(staker.address)).toBe(0n);
  });

  it('are refused with the reason, and cost nothing then', async () => {
    const before = await network.anvil.provider.getTransactionCount(network.relay.address);
    const { cumulative } = await proofOf(poor.address);
    expect((await request(poor.address, cumulative)).detail).toContain('and more');
    expect((await request(poor.address, '1')).detail).toContain('newest proof');
    expect((await request(Wallet.createRandom().address, '1')).detail).toContain('No root');
    expect(await network.anvil.provider.getTransactionCount(network.relay.address)).toBe(before);
  });

  it('need an account of their own', async () => {
    const { profileFile, settlerKeyFile, relayKeyFile } = network;
    const options = { epochSeconds: 60, confirmations: 1, resubmitVetoed: false };
    const settlement = await readSettlement({ ...options, profileFile, keyFile: settlerKeyFile });
    const read = async (keyFile: string) => await readRelay({ keyFile, ...limits }, settlement);
    await expect(read(settlerKeyFile)).rejects.toThrow("is the settler's");
    expect((await read(relayKeyFile)).limits).toEqual(limits);
    await expect(readRelay({ keyFile: relayKeyFile, ...limits }, undefined)).rejects.toThrow(
      '--network-profile',
    );
  });
});
