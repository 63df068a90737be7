import { randomUUID } from 'node:crypto';
import { Contract, Wallet } from 'ethers';
import { sql } from 'kysely';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factoryOf } from '../../../contracts/deploy/contract-artifacts.ts';
import { deployNetwork } from '../../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../../contracts/deploy/deployment-plan.ts';
import { AccountWorker } from '../../../src/gateway/chain/account-worker.ts';
import { ChainAccount } from '../../../src/gateway/chain/chain-account.ts';
import { Outbox } from '../../../src/gateway/chain/outbox.ts';
import { TransactionDesk } from '../../../src/gateway/chain/transaction-desk.ts';
import { DEFAULT_FEE_SPLIT } from '../../../src/gateway/ledger/fee-split.ts';
import { jobCharge } from '../../../src/gateway/ledger/job-charge.ts';
import { EpochStore } from '../../../src/gateway/settle/epoch-store.ts';
import { RewardTrees } from '../../../src/gateway/settle/reward-trees.ts';
import { SettlementContracts } from '../../../src/gateway/settle/settlement-contracts.ts';
import { Settler } from '../../../src/gateway/settle/settler.ts';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import { JobStore } from '../../../src/gateway/store/job-store.ts';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import { ChainAccess } from '../../../src/shared/chain/rpc/chain-access.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { NetworkProfile } from '../../../src/shared/network-profile.ts';
import { type Anvil, startAnvil } from '../../support/anvil.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const buyer = randomUUID();
const [first, second] = [
  Wallet.createRandom().address.toLowerCase(),
  Wallet.createRandom().address.toLowerCase(),
];
const payout = Wallet.createRandom().address;
let anvil: Anvil;
let profile: NetworkProfile;
let db: Database;
let chain: ChainAccess;

beforeAll(async () => {
  anvil = await startAnvil();
  const who = anvil.deployerAddress;
  profile = await deployNetwork(
    anvil.deployer,
    localPlan(anvil.url, anvil.chainId, { settler: who, guardian: who, verifier: who }),
  );
  db = await openDatabase(undefined, folder.path);
  await db.insertInto('api_keys').values({ id: buyer, name: 'b', key_hash: 'h' }).execute();
  chain = new ChainAccess(profile, fetch);
  await nameAddress(first, payout);
}, 120_000);
afterAll(async () => {
  await db.destroy();
  await anvil[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function nameAddress(nodeId: string, address: string): Promise<void> {
  const row = { node_id: nodeId, issued_at_ms: Date.now(), address: address.toLowerCase(), signature: '0x' };
  await db.insertInto('payout_addresses').values(row).execute();
}

/** A finished and charged job, and some time that its node was ready. */
async function finishJob(nodeId: string, creditWei: bigint): Promise<void> {
  const id = uuidv7();
  const jobs = new JobStore(db);
  await jobs.insert({
    ...{ id, buyer_id: buyer, endpoint: 'completions', kind: 'text.generate', model_digest: 'd' },
    ...{ model_id: 'm', request_hash: 'r', idempotency_key: null, created_at: new Date() },
    input: { inline: new Uint8Array() },
  });
  const usage = {
    ...({ job_id: id, buyer_id: buyer, node_id: nodeId, kind: 'text.generate', model_digest: 'd' } as const),
    ...{ prompt_tokens: 1, completion_tokens: 1, run_ms: 5, finished_at: new Date() },
    credit_wei: String(creditWei),
  };
  const charge = jobCharge({ buyerId: buyer, nodeId, creditWei }, DEFAULT_FEE_SPLIT);
  await jobs.finish({ inline: new Uint8Array() }, 1, usage, charge);
  await sql`insert into node_availability values (${nodeId}, 1000)
    on conflict (node_id) do update set ready_ms = 1000`.execute(db);
}

/** Lets a settler die at its n-th write, before or after the write was done. */
class Death {
  #writesLeft: number;
  readonly #after: boolean;

  constructor(write: number, after: boolean) {
    this.#writesLeft = write;
    this.#after = after;
  }

  get happened(): boolean {
    return this.#writesLeft < 0;
  }

  mortal<Part extends object>(part: Part, writes: readonly (keyof Part & string)[]): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (!writes.some((write) => write === name)) return member.bind(target);
        return async (...values: unknown[]) => {
          const isNow = this.#writesLeft === 0;
          this.#writesLeft -= 1;
          if (isNow && !this.#after) throw new Error('killed');
          const result: unknown = await Reflect.apply(member, target, values);
          if (isNow) throw new Error('killed');
          return result;
        };
      },
    });
  }
}

/** A settler as a started gateway has it: nothing of it is left of the one before. */
function settler(death?: Death, confirmations = 1, database = db): AccountWorker {
  const parts = { clock: systemClock, log: pino({ level: 'silent' }) };
  const epochs = new EpochStore(database);
  const mortalEpochs = death?.mortal(epochs, ['freeze', 'setRoot', 'markLive']) ?? epochs;
  const outbox = new Outbox(database, 'settler');
  const account = new ChainAccount(profile.chainId, anvil.deployerKey);
  const desk = new TransactionDesk({
    account: death?.mortal(account, ['broadcast']) ?? account,
    outbox: death?.mortal(outbox, ['keep', 'clear']) ?? outbox,
    onEnd: async (tx, { entry, isDone }) => {
      if (entry.purpose === 'submit' && isDone) await epochs.markSubmitted(tx, Number(entry.subject));
    },
    ...{ confirmations, ...parts },
  });
  const contracts = new SettlementContracts(profile);
  const chore = new Settler({
    ...{ epochs: mortalEpochs, trees: new RewardTrees(epochs), contracts, desk, ...parts },
    ...{ flushAvailability: async () => {}, epochMs: 1, fundsRewards: true },
  });
  return new AccountWorker(chain, desk, [chore]);
}

async function stateOnChain() {
  return await new SettlementContracts(profile).state(await chain.look());
}

async function underWay() {
  return await new Outbox(db, 'settler').current();
}

async function nonceOnChain(): Promise<number> {
  return (await (await chain.look()).transactionCount(anvil.deployerAddress)).value;
}

/** Until the epoch pays, and nothing is left to do for it. */
async function settle(epoch: number, death?: Death): Promise<void> {
  let current = settler(death);
  for (let tries = 0; tries < 200; tries += 1) {
    let goesOn = false;
    try {
      goesOn = await current.step();
    } catch (error) {
      if (!(error instanceof Error && error.message === 'killed')) throw error;
      current = settler(death);
      continue;
    }
    if (goesOn) continue;
    const live = await new EpochStore(db).newestLive();
    const isQuiet = (await underWay()) === undefined;
    if (live?.number === epoch && isQuiet && !(await stateOnChain()).canMakeLive) return;
    await anvil.pass(6);
  }
  throw new Error(`Epoch ${epoch} was not settled.`);
}

async function claim(address: string): Promise<bigint> {
  const epoch = await new EpochStore(db).newestLive();
  const tree = await new RewardTrees(new EpochStore(db)).of(epoch?.number ?? 0);
  const found = tree.proofOf(address.toLowerCase());
  const claimer = Wallet.createRandom(anvil.provider);
  await anvil.provider.send('anvil_setBalance', [claimer.address, '0x56BC75E2D63100000']);
  const rewards = new Contract(profile.contracts.rewards, CONTRACT_INTERFACES.rewards, claimer);
  const sent = await rewards.getFunction('claim').send(address, found?.cumulativeWei, found?.proof);
  await sent.wait();
  return BigInt(await token().getFunction('balanceOf').staticCall(address));
}

function token(): Contract {
  return new Contract(profile.token.address, CONTRACT_INTERFACES.token, anvil.provider);
}

async function balanceOf(account: string): Promise<bigint> {
  const { rows } = await sql<{ wei: string }>`
    select coalesce(sum(amount_wei), 0)::text as wei from ledger_entries where account = ${account}`.execute(
    db,
  );
  return BigInt(rows[0]?.wei ?? 0);
}

describe.sequential('the settlement', () => {
  it('pays a job to the wei: job, epoch, root, claim', { timeout: 120_000 }, async () => {
    await chain.checkProfile();
    await finishJob(first, 10n ** 18n);
    await settle(1);
    const claimable = await balanceOf(`claimable:${payout.toLowerCase()}`);
    const emission = -(await balanceOf('emission'));
    expect(claimable).toBe(10n ** 18n + emission);
    expect(await claim(payout)).toBe(claimable);
    expect(await balanceOf('availability')).toBe(0n);
    expect(await balanceOf(`pending:${first}`)).toBe(0n);
    // There is nothing new to pay, so there is no epoch.
    expect(await settler().step()).toBe(false);
    expect((await new EpochStore(db).newest())?.number).toBe(1);
  });

  it('keeps what a node without an address earned until it names one', { timeout: 120_000 }, async () => {
    await finishJob(second, 10n ** 17n);
    expect(await settler().step()).toBe(false);
    await finishJob(first, 10n ** 17n);
    await settle(2);
    const pending = await balanceOf(`pending:${second}`);
    expect(pending).toBeGreaterThan(0n);
    const own = Wallet.createRandom().address;
    await nameAddress(second, own);
    await settle(3);
    expect(await balanceOf(`pending:${second}`)).toBe(0n);
    expect(await claim(own)).toBe(pending);
  });

  it('is killed before and after each of its writes, and sends nothing twice', {
    timeout: 300_000,
  }, async () => {
    let epoch = (await new EpochStore(db).newest())?.number ?? 0;
    let deaths = 0;
    for (const after of [false, true]) {
      for (let write = 0; ; write += 1) {
        const death = new Death(write, after);
        const nonceBefore = await nonceOnChain();
        await finishJob(first, 10n ** 18n + BigInt(write));
        epoch += 1;
        await settle(epoch, death);
        // To fund, to submit, to make live; each once.
        expect((await nonceOnChain()) - nonceBefore).toBe(3);
        if (!death.happened) break;
        deaths += 1;
      }
    }
    // Twelve writes an epoch, and what is sent again.
    expect(deaths).toBeGreaterThanOrEqual(24);
    expect(await claim(payout)).toBe(await balanceOf(`claimable:${payout.toLowerCase()}`));
    const { rows } = await sql<{
      jobs: string;
    }>`select count(*)::text as jobs from usage where epoch is null`.execute(db);
    expect(rows[0]?.jobs).toBe('0');
  });

  it('sends again what a reorganisation of the chain undid', { timeout: 120_000 }, async () => {
    const epoch = ((await new EpochStore(db).newest())?.number ?? 0) + 1;
    await finishJob(first, 10n ** 18n);
    let submitted: string | undefined;
    const careful = settler(undefined, 3);
    for (let tries = 0; tries < 50 && submitted === undefined; tries += 1) {
      const before = await anvil.provider.send('evm_snapshot', []);
      const goesOn = await careful.step();
      const sent = await underWay();
      if (sent?.purpose === 'submit') {
        submitted = sent.hashes[0];
        await anvil.provider.send('evm_revert', [before]);
        expect((await stateOnChain()).pending.epoch).toBe(0);
      } else if (!goesOn) await anvil.pass(1);
    }
    await careful.step();
    expect((await stateOnChain()).pending.epoch).toBe(epoch);
    expect((await underWay())?.hashes).toEqual([submitted]);
    await settle(epoch);
  });

  it('brings a chain that was restored from a backup to where the database is', {
    timeout: 120_000,
  }, async () => {
    const epochs = new EpochStore(db);
    const epoch = ((await epochs.newest())?.number ?? 0) + 1;
    const backup = await anvil.provider.send('evm_snapshot', []);
    await finishJob(first, 10n ** 18n);
    await settle(epoch);
    await finishJob(first, 10n ** 18n);
    // Something is under way when the backup is brought back.
    const current = settler();
    while ((await underWay())?.purpose !== 'submit') {
      if (!(await current.step())) await anvil.pass(1);
    }
    await anvil.provider.send('evm_revert', [backup]);
    expect((await stateOnChain()).live.epoch).toBe(epoch - 1);
    await settle(epoch + 1);
    expect((await stateOnChain()).live).toEqual({
      epoch: epoch + 1,
      root: (await epochs.get(epoch + 1))?.root,
    });
  });

  it('leaves a vetoed root alone until the operator says so', { timeout: 120_000 }, async () => {
    const epochs = new EpochStore(db);
    const epoch = ((await epochs.newest())?.number ?? 0) + 1;
    await finishJob(first, 10n ** 18n);
    const current = settler();
    while ((await epochs.get(epoch))?.state !== 'submitted') {
      if (!(await current.step())) await anvil.pass(1);
    }
    const guardian = new Wallet(anvil.deployerKey, anvil.provider);
    const rewards = factoryOf('RewardsDistributor', guardian).attach(profile.contracts.rewards);
    await (await rewards.getFunction('veto').send(epoch)).wait();
    const nonce = await nonceOnChain();
    for (let steps = 0; steps < 4; steps += 1) expect(await current.step()).toBe(false);
    expect(await nonceOnChain()).toBe(nonce);
    expect((await epochs.get(epoch))?.state).toBe('vetoed');
    expect(await epochs.reopenVetoed()).toBe(1);
    await settle(epoch);
  });

  it('refuses a chain that another database settled, and another key in the middle of a transaction', async () => {
    await using other = await emptyDatabase();
    await expect(settler(undefined, 0, other.db).step()).rejects.toThrow('another root');
    const stranger = new ChainAccount(profile.chainId, Wallet.createRandom().privateKey);
    const terms = { gasLimit: 21_000n, gasPriceWei: 1n };
    const { raw, hash } = await stranger.sign({ to: payout, data: '0x' }, 0, terms);
    const entry = { nonce: 0, purpose: 'submit' as const, subject: '1', raw, hashes: [hash] };
    await new Outbox(other.db, 'settler').keep({ ...entry, signedAt: new Date() });
    await expect(settler(undefined, 0, other.db).step()).rejects.toThrow('of another key is under way');
  });
});

async function emptyDatabase(): Promise<{ db: Database } & AsyncDisposable> {
  const own = temporaryFolder();
  const database = await openDatabase(undefined, own.path);
  return {
    db: database,
    async [Symbol.asyncDispose]() {
      await database.destroy();
      own[Symbol.dispose]();
    },
  };
}
