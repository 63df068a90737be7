import { Wallet } from 'ethers';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChainAccount } from '../../../src/gateway/chain/chain-account.ts';
import { type EndedTransaction, Outbox } from '../../../src/gateway/chain/outbox.ts';
import { TransactionDesk } from '../../../src/gateway/chain/transaction-desk.ts';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import { ChainAccess } from '../../../src/shared/chain/rpc/chain-access.ts';
import { type Anvil, startAnvil } from '../../support/anvil.ts';
import { type LyingRpc, startLyingRpc } from '../../support/lying-rpc.ts';
import { TEST_PROFILE } from '../../support/network-profile.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const folder = temporaryFolder();
let anvil: Anvil;
let db: Database;
let first: LyingRpc;
let second: LyingRpc;
let nowMs = START_MS;
let ended: EndedTransaction[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  first = await startLyingRpc(anvil.url);
  second = await startLyingRpc(anvil.url);
  db = await openDatabase(undefined, folder.path);
}, 60_000);
afterAll(async () => {
  await db.destroy();
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  await anvil[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});
beforeEach(async () => {
  ended = [];
  nowMs = START_MS;
  await anvil.provider.send('evm_setAutomine', [false]);
});
afterEach(() => {
  first.behaviour = 'honest';
  second.behaviour = 'honest';
});

async function mine(blocks = 1): Promise<void> {
  for (let block = 0; block < blocks; block += 1) await anvil.provider.send('evm_mine', []);
}

/** An account with coins, as a started gateway has it. */
async function open(ceilingWei?: bigint) {
  const key = Wallet.createRandom();
  await anvil.provider.send('anvil_setBalance', [key.address, '0x56BC75E2D63100000']);
  const chain = new ChainAccess({ ...TEST_PROFILE, rpcUrls: [first.url, second.url] }, fetch, 2000);
  const desk = new TransactionDesk({
    account: new ChainAccount(TEST_PROFILE.chainId, key.privateKey),
    outbox: new Outbox(db, 'settler'),
    onEnd: async (_, each) => {
      ended.push(each);
    },
    ...(ceilingWei === undefined ? {} : { gasPriceCeilingWei: ceilingWei }),
    ...{ confirmations: 2, clock: { now: () => new Date(nowMs) }, log: pino({ level: 'silent' }) },
  });
  return {
    desk,
    look: () => chain.look(),
    follow: async () => await desk.follow(await chain.look()),
    address: key.address,
  };
}

const call = { to: Wallet.createRandom().address, data: '0x' };
const what = { purpose: 'fund' as const, subject: '1' };

describe.sequential('a transaction of the gateway', () => {
  it('ends when it is deep enough, on the word of both endpoints', { timeout: 60_000 }, async () => {
    const { desk, look, follow } = await open();
    expect(await follow()).toBe('idle');
    await desk.send(await look(), what, call);
    expect(await follow()).toBe('waiting');
    await mine();
    expect(await follow()).toBe('waiting');
    await mine(2);
    second.behaviour = 'dead';
    expect(await follow()).toBe('waiting');
    second.behaviour = 'no-receipt';
    await expect(follow()).rejects.toThrow('contradict');
    second.behaviour = 'stale-nonce';
    await expect(follow()).rejects.toThrow('contradict');
    second.behaviour = 'honest';
    expect(await follow()).toBe('ended');
    expect(ended).toMatchObject([{ isDone: true, entry: { purpose: 'fund', subject: '1' } }]);
    expect(await follow()).toBe('idle');
  });

  it('goes on with one endpoint while the other is dead, of another chain, or swallows it', {
    timeout: 60_000,
  }, async () => {
    const { desk, look, follow, address } = await open();
    for (const behaviour of ['dead', 'wrong-chain', 'babbles', 'swallows'] as const) {
      first.behaviour = behaviour;
      await desk.send(await look(), what, call);
      await mine(3);
      first.behaviour = 'honest';
      expect(await follow()).toBe('ended');
    }
    expect(await anvil.provider.getTransactionCount(address)).toBe(4);
    expect(ended.every(({ isDone }) => isDone)).toBe(true);
  });

  it('is replaced by a dearer one under the same number, up to the ceiling', {
    timeout: 60_000,
  }, async () => {
    const { desk, look, follow, address } = await open(10n ** 12n);
    await desk.send(await look(), what, call);
    const sent = await desk.current();
    nowMs += 61_000;
    await follow();
    const dearer = await desk.current();
    expect(dearer).toMatchObject({
      nonce: sent?.nonce,
      hashes: [...(sent?.hashes ?? []), expect.any(String)],
    });
    await mine(3);
    expect(await follow()).toBe('ended');
    expect(await anvil.provider.getTransactionCount(address)).toBe(1);
    expect(ended[0]?.receipt?.transactionHash).toBe(dearer?.hashes[1]);

    const mean = await open(1n);
    await mean.desk.send(await mean.look(), what, call, { gasLimit: 21_000n, gasPriceWei: 2n * 10n ** 9n });
    nowMs += 61_000;
    await mean.follow();
    expect((await mean.desk.current())?.hashes).toHaveLength(1);
    await mine(3);
    expect(await mean.follow()).toBe('ended');
  });

  it('begins anew when the chain forgot what came before it', { timeout: 60_000 }, async () => {
    const { desk, look, follow } = await open();
    const snapshot = await anvil.provider.send('evm_snapshot', []);
    await desk.send(await look(), what, call);
    await mine(3);
    expect(await follow()).toBe('ended');
    await desk.send(await look(), { ...what, subject: '2' }, call);
    await anvil.provider.send('evm_revert', [snapshot]);
    expect(await follow()).toBe('ended');
    expect(ended.at(-1)).toMatchObject({ isDone: false, receipt: undefined, entry: { subject: '2' } });
  });
});
