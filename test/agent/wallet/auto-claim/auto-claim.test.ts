import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { NoticeBoard } from '../../../../src/agent/notice-board.ts';
import { ActionDesk } from '../../../../src/agent/wallet/actions/action-desk.ts';
import { AutoClaim, resultText } from '../../../../src/agent/wallet/auto-claim/auto-claim.ts';
import { WalletOverviewBoard } from '../../../../src/agent/wallet/overview/wallet-overview-board.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../src/shared/settings.ts';
import { startTestApi } from '../../../support/api-server.ts';
import { gata, operationView, walletState } from '../../../support/dashboard-wallet-fixtures.ts';
import { type RewardGateway, startRewardGateway } from '../../../support/reward-gateway.ts';
import { type OpenWallet, startWalletBench, type WalletBench } from '../../../support/wallet-bench.ts';

const GATA = 10n ** 18n;
const WAIT = { timeout: 60_000, interval: 100 };
const NO_RELAY = { offer: async () => ({ offered: false, reason: null, minimumWei: '0' }) };

describe.sequential('claiming without a click', { timeout: 90_000 }, () => {
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
  const balance = async (): Promise<bigint> =>
    bench.contract('token').getFunction('balanceOf').staticCall(bench.account);

  /** The parts that decide and act, over a wallet whose key a test has. */
  function open(wallet: OpenWallet, settings: { current: Settings }) {
    const { chain, engine } = wallet.transactions;
    const { profile, proofs } = bench;
    const notices = new NoticeBoard(systemClock);
    const shared = { clock: systemClock, logger: pino({ enabled: false }) };
    const changes = new EventEmitter<{ change: [] }>();
    const keys = Object.assign(new EventEmitter<{ change: [] }>(), {
      state: () => walletState({ address: bench.account, payoutAddress: bench.account }),
    });
    const desk = new ActionDesk({
      ...{ profile, chain, engine, proofs, keys, relay: NO_RELAY, clock: systemClock },
      ...{ settings: () => settings.current, pendingWei: () => null },
    });
    const overview = new WalletOverviewBoard({
      ...{ ...shared, keys },
      settings: Object.assign(changes, settings),
      network: { profile, desk, engine, proofs, relay: NO_RELAY },
      statements: null,
      pace: { idleMs: 200, busyMs: 100, leastMs: 20 },
    });
    const autoClaim = new AutoClaim({
      ...shared,
      overview,
      desk,
      profile,
      notices,
      settings: () => settings.current,
    });
    autoClaim.start();
    overview.start();
    return {
      notices,
      /** The gateway is asked anew. */
      look: () => changes.emit('change'),
      [Symbol.asyncDispose]: async () => {
        autoClaim[Symbol.dispose]();
        await overview[Symbol.asyncDispose]();
      },
    };
  }

  test('claims and stakes once what is above the limit, pays the fee itself, and says so', async () => {
    await using wallet = bench.open();
    const settings = {
      current: {
        ...DEFAULT_SETTINGS,
        energy: { ...DEFAULT_SETTINGS.energy, gataPrice: 1 },
        wallet: { ...DEFAULT_SETTINGS.wallet, autoClaim: 'claim-and-stake' as const, nativePrice: 1 },
      },
    };
    await using parts = open(wallet, settings);
    await bench.earn(99n * GATA);
    parts.look();
    // Several looks pass, and nothing is claimed below the limit.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(wallet.desk.operations()).toEqual([]);
    await bench.earn(150n * GATA);
    parts.look();
    await vi.waitFor(async () => {
      await bench.anvil.provider.send('evm_mine', []);
      expect(parts.notices.list()).toMatchObject([{ code: 'auto-claim', level: 'info' }]);
    }, WAIT);
    expect(parts.notices.list()[0]?.message).toMatch(
      /claimed and staked 150\.0 tGATA by itself\. The fee was 0\.0/,
    );
    const { stakeWei, claimedWei } = await wallet.desk.ledger();
    // A wei may be lost to rounding when shares are made.
    expect(150n * GATA - BigInt(stakeWei)).toBeLessThanOrEqual(1n);
    expect(claimedWei).toBe(String(150n * GATA));
    // More is there at once; the next claim waits all the same.
    await bench.earn(400n * GATA);
    parts.look();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(wallet.desk.operations()).toHaveLength(1);
  });

  test('claims for an address that it only watches, when the gateway pays', async () => {
    const before = await balance();
    gateway.offer = { offered: true, reason: null, minimumWei: String(GATA) };
    const network = { profile: bench.profile, gatewayUrl: gateway.url };
    await using api = await startTestApi({ network });
    api.settings.update({ wallet: { autoClaim: 'claim' } });
    await api.request('PUT', '/v1/wallet/payout-address', { body: { address: bench.account } });
    await vi.waitFor(async () => {
      await bench.anvil.provider.send('anvil_mine', ['0x10']);
      expect(api.notices.list()).toMatchObject([{ code: 'auto-claim', level: 'info' }]);
    }, WAIT);
    expect(api.notices.list()[0]?.message).toContain('250.0 tGATA by itself. The gateway paid the fee.');
    expect((await balance()) - before).toBe(250n * GATA);
    expect(gateway.claims).toBe(1);
    expect(api.walletOverview.current().operations).toMatchObject([{ relayed: true, state: 'done' }]);
  });
});

test('says what came of it', () => {
  const token = { address: `0x${'1'.repeat(40)}`, decimals: 18, symbol: 'GATA' };
  const effects = { claimedWei: gata(5), stakedWei: '0', withdrawnWei: '0' };
  expect(resultText(operationView({ effects }), token)).toContain(
    'Gata claimed 5.0 GATA by itself. The fee was',
  );
  const failed = operationView({ state: 'failed', detail: 'The root has changed.' });
  expect(resultText(failed, token)).toBe(
    'Gata could not claim by itself. The root has changed. It tries again later.',
  );
  const nothing = operationView({ effects: { ...effects, claimedWei: '0' }, detail: 'It was paid already.' });
  expect(resultText(nothing, token)).toContain('there was nothing to do. It was paid already.');
});
