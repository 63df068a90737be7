import { Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type WalletOverview, walletOverviewSchema } from '../../../../src/shared/wallet-overview.ts';
import { startTestApi, type TestApi } from '../../../support/api-server.ts';
import { nextEvent, readLocalEvents } from '../../../support/event-reader.ts';
import { startLyingRpc } from '../../../support/lying-rpc.ts';
import { type RewardGateway, startRewardGateway } from '../../../support/reward-gateway.ts';
import { startWalletBench, type WalletBench } from '../../../support/wallet-bench.ts';

const GATA = 10n ** 18n;
const WAIT = { timeout: 30_000, interval: 250 };
const STAKING = new Interface(['function addReward(uint256 amount)', 'function pourReserve()']);

describe.sequential('the wallet’s overview', { timeout: 90_000 }, () => {
  let bench: WalletBench;
  let gateway: RewardGateway;
  beforeAll(async () => {
    bench = await startWalletBench();
    gateway = await startRewardGateway(bench);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const startApi = (rpcUrls = bench.profile.rpcUrls, rpcTimeoutMs = 5000) =>
    startTestApi({
      network: { profile: { ...bench.profile, rpcUrls }, gatewayUrl: gateway.url, rpcTimeoutMs },
    });
  const overviewOf = async (api: TestApi): Promise<WalletOverview> =>
    walletOverviewSchema.parse(await (await api.request('GET', '/v1/wallet/overview')).json());
  const watch = (api: TestApi, address = bench.account) =>
    api.request('PUT', '/v1/wallet/payout-address', { body: { address } });
  /** A change of settings makes it look at once, so that a test need not wait for the next look. */
  const becomes = (api: TestApi, expected: (overview: WalletOverview) => void) =>
    vi.waitFor(async () => {
      const { autoLockMinutes } = api.settings.current.wallet;
      api.settings.update({ wallet: { autoLockMinutes: autoLockMinutes === 15 ? 16 : 15 } });
      expected(await overviewOf(api));
    }, WAIT);
  const refusal = async (api: TestApi, action: unknown, change: Record<string, unknown> = {}) => {
    const body = { action, signElsewhere: true, ...change };
    const response = await api.request('POST', '/v1/wallet/plans', { body });
    return JSON.stringify([response.status, await response.json()]);
  };

  test('does not look without an account, and looks at once when there is one', async () => {
    await bench.earn(40n * GATA);
    await using api = await startApi();
    expect(await overviewOf(api)).toMatchObject({
      ...{ chain: null, problem: null, token: { symbol: 'tGATA', decimals: 18 }, operations: [] },
    });
    await watch(api);
    await becomes(api, ({ chain, problem }) => {
      expect(problem).toBeNull();
      expect(chain?.ledger).toMatchObject({
        ...{ earnedWei: String(40n * GATA), claimableWei: String(40n * GATA), pendingWei: null },
        ...{ claimedWei: '0', walletWei: String(1000n * GATA), stakeWei: '0', stakingRewardsWei: '0' },
      });
      expect(chain?.claim).toMatchObject({ relayed: false, notWorthIt: null, fee: { gataWei: null } });
      expect(chain?.staking).toMatchObject({ stakedWei: '0', delegate: null, yearlyReturn: null });
      expect(chain?.nativeWei).toBe(String(1000n * GATA));
    });
    api.settings.update({ wallet: { nativePrice: 600, minimumClaim: 41 }, energy: { gataPrice: 0.1 } });
    await becomes(api, ({ chain }) => {
      expect(chain?.claim.notWorthIt).toContain('less than your minimum of 41.0 tGATA');
      const { nativeWei, gataWei } = chain?.claim.fee ?? {};
      expect(BigInt(gataWei ?? 0)).toBe(BigInt(nativeWei ?? -1) * 6000n);
    });
    gateway.offer = { offered: true, reason: null, minimumWei: String(40n * GATA) };
    api.settings.update({ wallet: { minimumClaim: 1 } });
    await becomes(api, ({ chain }) =>
      expect(chain?.claim).toMatchObject({ relayed: true, notWorthIt: null }),
    );
    gateway.isDown = true;
    api.settings.update({ wallet: { minimumClaim: 2 } });
    await becomes(api, ({ chain, problem }) => {
      expect(problem).toContain('The gateway does not say what can be claimed');
      expect(chain?.ledger.claimableWei).toBe(String(40n * GATA));
    });
    gateway.isDown = false;
    gateway.offer = { offered: false, reason: 'This gateway pays no fees.', minimumWei: '0' };
  });

  test('tells clients with the user’s token, and nobody else', async () => {
    await using api = await startApi();
    await watch(api);
    const stranger = readLocalEvents(await api.request('GET', '/v1/events', { token: api.tokens.read }));
    const owner = readLocalEvents(await api.request('GET', '/v1/events'));
    expect((await nextEvent(owner, 'status')).data.version).toBe('0.0.0-test');
    let seen = await nextEvent(owner, 'wallet');
    while (seen.data.chain === null) seen = await nextEvent(owner, 'wallet');
    expect(seen.data.chain.ledger.account).toBe(bench.account);
    const before = seen.data.chain.ledger.block;
    // It looks by itself while somebody watches.
    await bench.anvil.provider.send('evm_mine', []);
    while ((seen.data.chain?.ledger.block ?? 0) <= before) seen = await nextEvent(owner, 'wallet');
    api.settings.update({ appearance: { theme: 'dark' } });
    const names: string[] = [];
    for await (const { event } of stranger) {
      names.push(event);
      if (event === 'settings') break;
    }
    expect(names).not.toContain('wallet');
  });

  test('shows what is staked, what it brings, and what leaves it by the time of the chain', async () => {
    const { profile, anvil } = bench;
    await using wallet = bench.open();
    const done = async (id: string) =>
      vi.waitFor(async () => {
        await anvil.provider.send('evm_mine', []);
        expect(wallet.view(id).state).toBe('done');
      }, WAIT);
    await done(await wallet.act({ kind: 'stake', amount: '100' }));
    const approve = bench.contract('token').getFunction('approve');
    await (await approve.send(profile.contracts.staking, 10n * GATA)).wait();
    const data = STAKING.encodeFunctionData('addReward', [10n * GATA]);
    await (await anvil.deployer.sendTransaction({ to: profile.contracts.staking, data })).wait();
    await anvil.pass(60);
    await using api = await startApi();
    await watch(api);
    await becomes(api, ({ chain }) => {
      expect(chain?.staking).toMatchObject({ delegate: bench.account, votesWei: String(100n * GATA) });
      expect(chain?.staking.yearlyReturn).toBeGreaterThan(0);
      expect(chain?.staking.rewardsLastSeconds).toBeGreaterThan(0);
      // The journal of this wallet is another's: who staked cannot be told.
      expect(chain?.ledger.stakingRewardsWei).toBeNull();
    });
    // What the contract pays out in half an hour, taken for a year, is what is said.
    const held = async () => BigInt((await wallet.desk.ledger()).stakeWei);
    const start = await held();
    await anvil.pass(1800);
    const gained = Number((await held()) - start);
    const { chain } = await overviewOf(api);
    expect(chain?.staking.yearlyReturn).toBeCloseTo((gained * 2 * 8760) / Number(start), 2);
    expect(BigInt((await wallet.desk.ledger()).stakingRewardsWei ?? -1)).toBeGreaterThan(0n);

    await done(await wallet.act({ kind: 'unstake', amount: '30' }));
    await becomes(api, (overview) => {
      const { unbonding, withdrawableWei } = overview.chain?.staking ?? {};
      expect(withdrawableWei).toBe('0');
      expect(unbonding).toHaveLength(1);
      expect(unbonding?.[0]).toMatchObject({ index: 0, released: false });
    });
    await anvil.pass(30 * 86_400);
    await becomes(api, (overview) => {
      const { unbonding, withdrawableWei } = overview.chain?.staking ?? {};
      expect(unbonding?.[0]?.released).toBe(true);
      expect(withdrawableWei).toBe(unbonding?.[0]?.assetsWei);
    });
    await done(await wallet.act({ kind: 'withdraw' }));
    await becomes(api, (overview) => expect(overview.chain?.staking.unbonding).toEqual([]));
  });

  test('refuses what makes no sense with a sentence that says why', async () => {
    await using api = await startApi();
    expect(await refusal(api, { kind: 'claim' })).toContain('no wallet and no payout address');
    for (const [address, why] of [
      [bench.profile.token.address, 'a contract of the network'],
      [`0x${'0'.repeat(40)}`, 'must not be the zero address'],
      ['0x1234', 'must be 0x and 40 hexadecimal digits'],
    ] as const) {
      const response = await watch(api, address);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(why);
    }
    await watch(api);
    const stake = (amount: string) => refusal(api, { kind: 'stake', amount });
    expect(await stake('0.0000000000000000001')).toContain('has too many decimals: tGATA has 18');
    expect(await stake('1000000')).toContain('is more than the');
    expect(await stake('1e3')).toContain('is no amount of tGATA');
    expect(await stake('0')).toContain('is nothing');
    expect(await refusal(api, { kind: 'delegate', to: `0x${'0'.repeat(40)}` })).toContain('zero address');
    expect(await refusal(api, { kind: 'delegate', to: bench.account.replace('0x', '0X') })).toContain('[400');
    expect(await refusal(api, { kind: 'restake', index: 5 })).toContain('NoSuchEntry');
    expect(await refusal(api, { kind: 'withdraw' })).toContain('NothingReleased');
    const own = { signElsewhere: false };
    expect(await refusal(api, { kind: 'claim' }, own)).toContain('has no key for it');
    const relayed = { signElsewhere: false, relayed: true };
    expect(await refusal(api, { kind: 'claim' }, relayed)).toContain(
      'This gateway pays no fees. Pay it yourself',
    );
    expect(await refusal(api, { kind: 'claim' }, { relayed: true })).toContain('Choose one of the two');
    expect(await refusal(api, { kind: 'withdraw' }, relayed)).toContain('the fee of claims only');
    expect(await refusal(api, { kind: 'claim-and-stake' }, relayed)).toContain('has no key for it');
    gateway.offer = { offered: true, reason: null, minimumWei: String(1000n * GATA) };
    expect(await refusal(api, { kind: 'claim' }, relayed)).toContain('from 1000.0 tGATA on');
    gateway.offer = { offered: false, reason: 'This gateway pays no fees.', minimumWei: '0' };
    gateway.isDown = true;
    expect(await refusal(api, { kind: 'claim' })).toContain('gateway-unreachable');
    gateway.isDown = false;
  });

  test('says that an endpoint is of another chain, does not answer, or answers too late', async () => {
    await using rpc = await startLyingRpc(bench.anvil.url);
    await using api = await startApi([rpc.url], 300);
    await watch(api);
    await becomes(api, ({ chain, problem }) => expect([chain === null, problem]).toEqual([false, null]));
    for (const [behaviour, code, words] of [
      ['wrong-chain', 'wrong-chain', 'serve another chain than'],
      ['dead', 'chain-unreachable', 'No endpoint of'],
      ['babbles', 'chain-unreachable', 'No endpoint of'],
      ['slow', 'chain-unreachable', 'No endpoint of'],
    ] as const) {
      rpc.behaviour = behaviour;
      const refused = await refusal(api, { kind: 'claim' });
      expect(refused).toContain(words);
      expect(refused).toContain(code);
      // What was seen last stays, with the reason why it is old.
      await becomes(api, ({ chain, problem }) => {
        expect(problem).toContain(words);
        expect(chain?.ledger.account).toBe(bench.account);
      });
    }
  });

  test('names the contract that a profile has and the chain has not', async () => {
    const profile = { ...bench.profile, contracts: { ...bench.profile.contracts, staking: bench.account } };
    await using api = await startTestApi({ network: { profile, gatewayUrl: gateway.url } });
    await watch(api, bench.anvil.deployerAddress);
    expect(await refusal(api, { kind: 'claim' })).toContain('as staking, but chain 31337 has no contract');
    await becomes(api, ({ problem }) => expect(problem).toContain('as staking, but chain 31337'));
  });
});
