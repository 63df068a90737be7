import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployNetwork } from '../../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../../contracts/deploy/deployment-plan.ts';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import type { NetworkProfile } from '../../../src/shared/network-profile.ts';
import {
  PAYOUT_ADDRESS_DOMAIN,
  PAYOUT_ADDRESS_TYPES,
  payoutAddressMessage,
} from '../../../src/shared/payout-address.ts';
import { rewardProofSchema } from '../../../src/shared/reward-proof.ts';
import { rewardStatementSchema } from '../../../src/shared/reward-statement.ts';
import { type Anvil, startAnvil } from '../../support/anvil.ts';
import { generates, ScriptedNode } from '../../support/scripted-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Hello!' }] };
const soon = { timeout: 60_000, interval: 250 };
const folder = temporaryFolder();
const wallet = new Wallet(Wallet.createRandom().privateKey);
const payout = Wallet.createRandom().address;
let anvil: Anvil;
let profile: NetworkProfile;
let gateway: TestGateway;
let node: ScriptedNode;

beforeAll(async () => {
  anvil = await startAnvil();
  const who = anvil.deployerAddress;
  profile = await deployNetwork(
    anvil.deployer,
    localPlan(anvil.url, anvil.chainId, { settler: who, guardian: who, verifier: who }),
  );
  const [profileFile, keyFile] = ['profile.json', 'key'].map((name) => path.join(folder.path, name));
  writeFileSync(profileFile ?? '', JSON.stringify(profile));
  writeFileSync(keyFile ?? '', `${anvil.deployerKey}\n`);
  gateway = await startTestGateway({
    dataDir: path.join(folder.path, 'gateway'),
    settlement: {
      ...{ profileFile: profileFile ?? '', keyFile, epochSeconds: 1, confirmations: 0 },
      resubmitVetoed: false,
    },
  });
  node = await ScriptedNode.connect(gateway.url, { behaviour: generates({ pieces: ['Hi'] }), wallet });
}, 120_000);
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await anvil[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const call = async (route: string, init: RequestInit = {}) => {
  const headers = { authorization: `Bearer ${node.session.token}`, 'content-type': 'application/json' };
  return await fetch(gateway.url + route, { headers, ...init });
};

async function name(payoutAddress: string, changes: { issuedAtMs?: number; signer?: Wallet } = {}) {
  const issuedAtMs = changes.issuedAtMs ?? Date.now();
  const message = payoutAddressMessage(node.id, gateway.url, { payoutAddress, issuedAtMs });
  const signer = changes.signer ?? wallet;
  const signature = await signer.signTypedData(PAYOUT_ADDRESS_DOMAIN, PAYOUT_ADDRESS_TYPES, message);
  const body = JSON.stringify({ payoutAddress, issuedAtMs, signature });
  return await call('/v1/nodes/me/payout-address', { method: 'PUT', body });
}

describe.sequential('what nodes earn', () => {
  it('goes where their key says, and nowhere else', async () => {
    expect(await (await call('/v1/nodes/me/payout-address')).json()).toEqual({ payoutAddress: null });
    const thief = new Wallet(Wallet.createRandom().privateKey);
    expect((await name(payout, { signer: thief })).status).toBe(401);
    expect((await name(profile.token.address)).status).toBe(400);
    expect((await name(payout, { issuedAtMs: Date.now() + 3_600_000 })).status).toBe(400);
    const issuedAtMs = Date.now();
    expect(await (await name(payout.toLowerCase(), { issuedAtMs })).json()).toEqual({
      payoutAddress: payout,
    });
    // An old request that comes again changes nothing.
    expect((await name(thief.address, { issuedAtMs })).status).toBe(409);
    expect(await (await call('/v1/nodes/me/payout-address')).json()).toEqual({ payoutAddress: payout });
    expect((await call('/v1/nodes/me/payout-address', { headers: {} })).status).toBe(401);
  });

  it('comes to be claimable by the proof that anybody may fetch', { timeout: 120_000 }, async () => {
    expect((await fetch(`${gateway.url}/v1/rewards/${payout}`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/v1/rewards/nobody`)).status).toBe(400);
    await gateway.client.chat.completions.create(ask);
    await vi.waitFor(() => expect(node.messages('acknowledge')).toHaveLength(1), soon);
    const credit = BigInt(node.messages('acknowledge')[0]?.creditWei ?? 0);
    const proof = await vi.waitFor(async () => {
      await anvil.pass(1);
      const answer = await fetch(`${gateway.url}/v1/rewards/${payout}`);
      const parsed = rewardProofSchema.parse(await answer.json());
      expect(parsed.live).toBe(true);
      return parsed;
    }, soon);
    expect(BigInt(proof.cumulative)).toBeGreaterThanOrEqual(credit);

    const statement = async (query: string) =>
      rewardStatementSchema.parse(await (await call(`/v1/nodes/me/statement${query}`)).json());
    const settled = await statement(`?epoch=${proof.epoch}`);
    expect(settled.jobs.map((job) => job.creditWei)).toEqual([String(credit)]);
    expect(settled.reward).toMatchObject({ creditWei: String(credit), payoutAddress: payout.toLowerCase() });
    const { usageWei, availabilityWei } = settled.reward ?? { usageWei: '0', availabilityWei: '0' };
    expect(BigInt(usageWei) + BigInt(availabilityWei)).toBe(BigInt(proof.cumulative));
    expect((await statement('')).jobs).toEqual([]);

    const claimer = Wallet.createRandom(anvil.provider);
    await anvil.provider.send('anvil_setBalance', [claimer.address, '0x56BC75E2D63100000']);
    const rewards = new Contract(profile.contracts.rewards, CONTRACT_INTERFACES.rewards, claimer);
    await (await rewards.getFunction('claim').send(payout, proof.cumulative, proof.proof)).wait();
    const token = new Contract(profile.token.address, CONTRACT_INTERFACES.token, anvil.provider);
    expect(String(await token.getFunction('balanceOf').staticCall(payout))).toBe(proof.cumulative);
  });
});
