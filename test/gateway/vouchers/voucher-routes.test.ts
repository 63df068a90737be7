import path from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../src/gateway/store/database.ts';
import { ledgerSum } from '../../support/gateway-books.ts';
import { generates, ScriptedNode } from '../../support/scripted-node.ts';
import { GATA, type SettlingNetwork, startSettlingNetwork } from '../../support/settling-network.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Hello!' }] };
const soon = { timeout: 60_000, interval: 250 };
const folder = temporaryFolder();
const dataDir = path.join(folder.path, 'gateway');
let network: SettlingNetwork;
let gateway: TestGateway;
let node: ScriptedNode;

beforeAll(async () => {
  network = await startSettlingNetwork(folder.path);
  gateway = await startTestGateway({
    dataDir,
    requireCredit: true,
    settlement: {
      ...{ profileFile: network.profileFile, keyFile: network.settlerKeyFile, epochSeconds: 3600 },
      ...{ confirmations: 1, resubmitVetoed: false, charges: { everyMs: 200, aboveWei: undefined } },
    },
  });
  node = await ScriptedNode.connect(gateway.url, { behaviour: generates({ pieces: ['Hi'] }) });
}, 120_000);
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const call = async (init: RequestInit = {}, key = gateway.apiKey) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${gateway.url}/v1/buyers/me/voucher`, { headers, ...init });
  const body: unknown = await answer.json();
  return { status: answer.status, body };
};
const handIn = async (body: unknown) => await call({ method: 'PUT', body: JSON.stringify(body) });

describe.sequential('a buyer with a deposit', () => {
  it('gets no work done without credit, and is told how to pay', async () => {
    const refused = gateway.client.chat.completions.create(ask);
    await expect(refused).rejects.toMatchObject({ status: 402, code: 'credit-exhausted' });
    expect((await call({}, 'nobody')).status).toBe(401);
    expect(await call()).toEqual({
      status: 200,
      body: {
        ...{ escrow: network.profile.contracts.escrow, chainId: 31_337, gateway: network.settler.address },
        ...{ balanceWei: '0', vouchers: [] },
      },
    });
  });

  it('pays by vouchers that it signed, that grow, and that its deposit covers', {
    timeout: 120_000,
  }, async () => {
    const buyer = await network.buyer(10n * GATA);
    const stranger = Wallet.createRandom();
    // The deposit is in the newest block: it could still be undone.
    const early = await handIn(await network.voucher(buyer, GATA));
    expect(early).toMatchObject({ status: 400, body: { error: { code: 'invalid-request' } } });
    await network.anvil.pass(1);
    const forged = { ...(await network.voucher(stranger, GATA)), buyer: buyer.address };
    expect((await handIn(forged)).status).toBe(401);
    expect((await handIn(await network.voucher(buyer, 10n * GATA + 1n))).status).toBe(400);
    const good = await network.voucher(buyer, GATA);
    expect(await handIn(good)).toMatchObject({ status: 200, body: { balanceWei: String(GATA) } });
    expect(await handIn(good)).toMatchObject({ status: 200, body: { balanceWei: String(GATA) } });
    expect((await handIn(await network.voucher(buyer, GATA - 1n))).status).toBe(409);

    await gateway.client.chat.completions.create(ask);
    await vi.waitFor(async () => {
      await network.anvil.pass(1);
      const { body } = await call();
      expect(body).toMatchObject({ vouchers: [{ cumulative: String(GATA), chargedWei: String(GATA) }] });
    }, soon);
    // The stakers' share follows by itself.
    const escrow = network.contract('escrow');
    const staking = network.profile.contracts.staking;
    await vi.waitFor(async () => {
      await network.anvil.pass(1);
      const balance = await network.contract('token').getFunction('balanceOf').staticCall(staking);
      expect(balance).toBe((GATA * 15n) / 100n);
      expect(await escrow.getFunction('stakersShare').staticCall()).toBe(0n);
    }, soon);
    const charged = escrow.getFunction('charged');
    expect(await charged.staticCall(buyer.address, network.settler.address)).toBe(GATA);
  });

  it('is charged once for what somebody else submitted', { timeout: 120_000 }, async () => {
    const buyer = await network.buyer(5n * GATA);
    await network.anvil.pass(1);
    const voucher = await network.voucher(buyer, 2n * GATA);
    expect((await handIn(voucher)).status).toBe(200);
    const signed = [voucher.buyer, network.settler.address, voucher.cumulative, voucher.signature];
    // It may come second: then the contract refuses it, as it would refuse the gateway.
    await network.send(network.contract('escrow'), 'charge', [signed]).catch(() => {});
    await vi.waitFor(async () => {
      await network.anvil.pass(1);
      const { body } = await call();
      expect(body).toMatchObject({
        vouchers: expect.arrayContaining([expect.objectContaining({ chargedWei: String(2n * GATA) })]),
      });
    }, soon);
  });

  it('leaves books that add up, and agree with the chain', { timeout: 60_000 }, async () => {
    await gateway[Symbol.asyncDispose]();
    const db = await openDatabase(undefined, path.join(dataDir, 'database'));
    try {
      expect(await ledgerSum(db, '%')).toBe(0n);
      expect(await ledgerSum(db, 'vouchers')).toBe(0n);
      expect(await ledgerSum(db, 'distributor')).toBe((-3n * GATA * 80n) / 100n);
      const toNodes = await network
        .contract('token')
        .getFunction('balanceOf')
        .staticCall(network.profile.contracts.rewards);
      expect(toNodes).toBe((3n * GATA * 80n) / 100n);
      const buyers = await ledgerSum(db, 'buyer:%');
      expect(buyers).toBeGreaterThan(0n);
      expect(buyers).toBeLessThan(3n * GATA);
    } finally {
      await db.destroy();
    }
  });
});
