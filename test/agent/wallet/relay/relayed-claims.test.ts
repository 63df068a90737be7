import { randomUUID } from 'node:crypto';
import { Wallet } from 'ethers';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTransactions } from '../../../../src/agent/wallet/open-transactions.ts';
import { ClaimRelayClient } from '../../../../src/agent/wallet/relay/claim-relay-client.ts';
import { rewardsDomain } from '../../../../src/shared/chain/typed-data.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import type { UnsignedTypedData } from '../../../../src/shared/signer-protocol.ts';
import type { WalletAction } from '../../../../src/shared/wallet-transactions.ts';
import { KeySigner } from '../../../support/key-signer.ts';
import { startTestClaimRelay, type TestClaimRelay } from '../../../support/test-claim-relay.ts';
import { startWalletBench, type WalletBench } from '../../../support/wallet-bench.ts';

const GATA = 10n ** 18n;
const WAIT = { timeout: 30_000, interval: 40 };
const FIELDS = ['account', 'cumulative', 'nonce', 'deadline'] as const;

/** Signs consents to claim and stake. */
class ConsentSigner extends KeySigner {
  readonly #bench: WalletBench;
  consents = 0;

  constructor(bench: WalletBench) {
    super(bench.privateKey);
    this.#bench = bench;
  }

  override async signTypedData(message?: UnsignedTypedData) {
    if (message?.type !== 'claim-and-stake') throw new Error('Another message.');
    this.consents += 1;
    const { profile, privateKey } = this.#bench;
    const types = {
      ClaimAndStake: FIELDS.map((name) => ({ name, type: name === 'account' ? 'address' : 'uint256' })),
    };
    const { type: _type, ...values } = message;
    const domain = { ...rewardsDomain(profile.chainId, profile.contracts.rewards) };
    const signature = await new Wallet(privateKey).signTypedData(domain, types, values);
    const description = { network: '', contract: '', call: '', sentence: '', values: [], maxFeeWei: null };
    return { signature, description };
  }
}

describe.sequential('a claim that the gateway sends', () => {
  let bench: WalletBench;
  let gateway: TestClaimRelay;
  let signer: ConsentSigner;
  let earned = 0n;
  beforeAll(async () => {
    bench = await startWalletBench();
    gateway = await startTestClaimRelay(bench);
    signer = new ConsentSigner(bench);
    // It has nothing to pay a fee with.
    await bench.anvil.provider.send('anvil_setBalance', [bench.account, '0x0']);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });
  const earn = async (amount: bigint) => {
    earned += amount;
    await bench.earn(earned);
  };
  const claimed = (): Promise<bigint> =>
    bench.contract('rewards').getFunction('claimed').staticCall(bench.account);
  const open = ({ relayMs = 60_000 } = {}) => {
    const { dataFolder, profile, proofs, account } = bench;
    const transactions = openTransactions({
      ...{ dataFolder, profile, signer, proofs },
      relay: new ClaimRelayClient(gateway.url),
      limits: () => ({ gasPriceCeilingWei: 10n ** 12n }),
      clock: systemClock,
      logger: pino({ enabled: false }),
      pace: {
        ...{ lookMs: 20, sendAgainMs: 300, replaceMs: 60_000, proofMs: 60_000, depth: 3 },
        ...{ relayMs, askMs: 20 },
      },
    });
    const { engine } = transactions;
    engine.start();
    const operation = (id: string) => engine.operations.find((each) => each.id === id);
    return {
      engine,
      operation,
      claim: (kind: 'claim' | 'claim-and-stake'): string => {
        const id = randomUUID();
        const calls = [{ name: `rewards.${kind}`, to: profile.contracts.rewards, data: '0x' }];
        const action: WalletAction = { kind };
        engine.submit({ id, account, action, calls, signElsewhere: false, relayed: true });
        return id;
      },
      /** Blocks come until it has ended. */
      ends: (id: string) =>
        vi.waitFor(async () => {
          await bench.anvil.pass(1);
          const ended = operation(id)?.ended;
          expect(ended, engine.problemOf(id) ?? 'no problem').toBeTruthy();
          return ended;
        }, WAIT),
      [Symbol.asyncDispose]: () => transactions[Symbol.asyncDispose](),
    };
  };

  test('is paid without a coin, a key or a transaction of the account, when the chain says so', async () => {
    await earn(7n * GATA);
    await using wallet = open();
    signer.isLocked = true;
    const id = wallet.claim('claim');
    expect(await wallet.ends(id)).toEqual({ outcome: 'done', detail: null });
    signer.isLocked = false;
    expect(await claimed()).toBe(7n * GATA);
    const { attempts, relay } = wallet.operation(id) ?? {};
    expect(attempts).toEqual([]);
    expect(relay?.settled).toMatchObject({
      hash: relay?.told?.transactionHash,
      effects: { claimedWei: String(7n * GATA), stakedWei: '0' },
    });
    expect(signer.consents).toBe(0);
    expect(await bench.anvil.provider.getTransactionCount(bench.account)).toBe(0);
  });

  test('is staked with a signature, which waits for the key', async () => {
    await earn(5n * GATA);
    await using wallet = open();
    signer.isLocked = true;
    const id = wallet.claim('claim-and-stake');
    await vi.waitFor(() => expect(wallet.engine.problemOf(id)).toContain('Unlock it'), WAIT);
    signer.isLocked = false;
    expect(await wallet.ends(id)).toEqual({ outcome: 'done', detail: null });
    const stake = await bench.contract('staking').getFunction('stakeOf').staticCall(bench.account);
    expect(stake).toBe(5n * GATA);
    expect(wallet.operation(id)?.relay.settled?.effects).toEqual({
      claimedWei: String(5n * GATA),
      stakedWei: String(5n * GATA),
      withdrawnWei: '0',
    });
  });

  test('is not done because the gateway says so, and ends with a reason when its time is over', async () => {
    await earn(GATA);
    gateway.instead = { state: 'done', transactionHash: `0x${'12'.repeat(32)}`, detail: null };
    await using wallet = open({ relayMs: 1500 });
    const id = wallet.claim('claim');
    await vi.waitFor(() => expect(wallet.operation(id)?.relay.told?.state).toBe('done'), WAIT);
    const ended = await wallet.ends(id);
    expect(ended).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('Nothing is lost') });
    expect(await claimed()).toBe(earned - GATA);
    gateway.instead = undefined;
  });

  test('goes on after the program was killed at any point, and is paid once', async () => {
    const before = await claimed();
    let id = '';
    {
      await using wallet = open();
      gateway.instead = { state: 'waiting', transactionHash: null, detail: 'Busy.' };
      id = wallet.claim('claim-and-stake');
      await vi.waitFor(() => expect(wallet.operation(id)?.relay.told?.state).toBe('waiting'), WAIT);
    }
    gateway.instead = undefined;
    const consents = signer.consents;
    {
      await using wallet = open();
      await vi.waitFor(() => expect(wallet.operation(id)?.relay.told?.state).toBe('sent'), WAIT);
    }
    await using wallet = open();
    expect(await wallet.ends(id)).toEqual({ outcome: 'done', detail: null });
    expect(signer.consents).toBe(consents);
    expect(await claimed()).toBe(earned);
    expect(earned - before).toBe(GATA);
  });

  test('is asked for anew when the root has changed, and ended when another paid it', async () => {
    await earn(GATA);
    gateway.instead = { state: 'waiting', transactionHash: null, detail: 'Busy.' };
    await using wallet = open();
    const id = wallet.claim('claim');
    await vi.waitFor(() => expect(wallet.operation(id)?.relay.told).not.toBeNull(), WAIT);
    await earn(GATA);
    await vi.waitFor(() => expect(wallet.operation(id)?.relay.asked).toHaveLength(2), WAIT);
    expect(wallet.operation(id)?.relay.asked[1]?.cumulative).toBe(String(earned));
    const proof = await bench.proofs.proofOf(bench.account);
    const values = [bench.account, earned, proof?.proof];
    await (
      await bench
        .contract('rewards')
        .getFunction('claim')
        .send(...values)
    ).wait();
    expect(await wallet.ends(id)).toMatchObject({
      outcome: 'done',
      detail: expect.stringContaining('Another transaction'),
    });
    gateway.instead = undefined;
  });

  test('ends with what the gateway says when it refuses, and can be given up', async () => {
    await earn(GATA);
    await using wallet = open();
    gateway.instead = { state: 'refused', transactionHash: null, detail: 'Enough for today.' };
    const refused = await wallet.ends(wallet.claim('claim'));
    expect(refused).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('Enough for today.'),
    });
    gateway.instead = { state: 'waiting', transactionHash: null, detail: 'Busy.' };
    const id = wallet.claim('claim');
    await vi.waitFor(() => expect(wallet.operation(id)?.relay.told).not.toBeNull(), WAIT);
    wallet.engine.cancel(id);
    expect(await wallet.ends(id)).toMatchObject({ outcome: 'cancelled' });
    gateway.instead = undefined;
    const stake = {
      id: randomUUID(),
      account: bench.account,
      action: { kind: 'withdraw' as const },
      calls: [],
    };
    expect(() => wallet.engine.submit({ ...stake, signElsewhere: false, relayed: true })).toThrow(
      /claims only/,
    );
  });
});
