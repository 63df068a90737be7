import { describe, expect, test, vi } from 'vitest';
import type { Announcement } from '../../src/main/notifications.ts';
import { TrayClaim } from '../../src/main/tray-claim.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import type { ActionPlan, OperationView, PlanRequest } from '../../src/shared/wallet-transactions.ts';
import {
  actionPlan,
  gata,
  operationView,
  planFee,
  walletChain,
  walletOverview,
  walletState,
} from '../support/dashboard-wallet-fixtures.ts';

function bench(
  change: { plan?: Partial<ActionPlan>; state?: OperationView['state']; fails?: GataError } = {},
) {
  const announced: Announcement[] = [];
  const openDashboard = vi.fn();
  const claims = new TrayClaim({ announce: (announcement) => announced.push(announcement), openDashboard });
  const client = {
    planAction: vi.fn(async ({ action, relayed = false }: PlanRequest) =>
      actionPlan(action, { relayed, ...change.plan }),
    ),
    confirmPlan: vi.fn(async (id: string) => {
      if (change.fails !== undefined) throw change.fails;
      return operationView({ id, state: change.state ?? 'waiting', transactions: [] });
    }),
  };
  return { claims, client, announced, openDashboard };
}

describe('a claim from the tray', () => {
  test('is planned, confirmed, and announced once a block has it, once', async () => {
    const { claims, client, announced } = bench();
    await claims.claim('claim', client, walletOverview());
    const id = client.confirmPlan.mock.calls[0]?.[0];
    expect(announced).toEqual([]);
    const effects = { claimedWei: gata(200), stakedWei: '0', withdrawnWei: '0' };
    const operation = operationView({ ...(id === undefined ? {} : { id }), state: 'mined', effects });
    claims.show(walletOverview({ operations: [operation] }));
    claims.show(walletOverview({ operations: [{ ...operation, state: 'done' }] }));
    expect(announced).toEqual([
      { title: 'Claimed 200 GATA', body: 'It is in your wallet.', screen: 'wallet' },
    ]);
  });

  test('leaves other operations unannounced', () => {
    const { claims, announced } = bench();
    claims.show(walletOverview({ operations: [operationView()] }));
    expect(announced).toEqual([]);
  });

  test('opens the dashboard where the password, a signature or a look is needed', async () => {
    const locked = bench();
    await locked.claims.claim(
      'claim',
      locked.client,
      walletOverview({ wallet: walletState({ state: 'locked' }) }),
    );
    expect(locked.openDashboard).toHaveBeenCalledWith('claim');
    expect(locked.client.planAction).not.toHaveBeenCalled();
    const staking = bench();
    await staking.claims.claim('claim-and-stake', staking.client, walletOverview());
    expect(staking.openDashboard).toHaveBeenCalledWith('wallet');
    expect(staking.client.planAction).not.toHaveBeenCalled();
    const dearer = bench({ plan: { fee: planFee({ nativeWei: '190000000000001' }) } });
    await dearer.claims.claim('claim', dearer.client, walletOverview());
    expect(dearer.openDashboard).toHaveBeenCalledWith('claim');
    const warned = bench({ plan: { warnings: ['The clock is wrong.'] } });
    await warned.claims.claim('claim', warned.client, walletOverview());
    expect(warned.openDashboard).toHaveBeenCalledWith('claim');
    for (const { client } of [dearer, warned]) expect(client.confirmPlan).not.toHaveBeenCalled();
  });

  test('needs no password where the gateway pays', async () => {
    const { claims, client } = bench();
    const claim = { fee: null, relayed: true, notWorthIt: null };
    const overview = walletOverview({
      wallet: walletState({ state: 'watching' }),
      chain: walletChain({ claim }),
    });
    await claims.claim('claim', client, overview);
    expect(client.planAction).toHaveBeenCalledWith({ action: { kind: 'claim' }, relayed: true });
    expect(client.confirmPlan).toHaveBeenCalledOnce();
  });

  test('says why nothing was claimed', async () => {
    const refused = bench({ fails: new GataError('conflict', 'There is nothing to claim yet.') });
    await refused.claims.claim('claim', refused.client, walletOverview());
    expect(refused.announced).toMatchObject([
      { title: 'Nothing was claimed', body: 'There is nothing to claim yet.' },
    ]);
    const failed = bench({ state: 'failed' });
    await failed.claims.claim('claim', failed.client, walletOverview());
    expect(failed.announced[0]?.title).toBe('Nothing was claimed');
    const away = bench();
    await away.claims.claim('claim', undefined, walletOverview());
    expect(away.announced[0]?.body).toBe('Gata is not running.');
  });

  test('does not say that nothing was claimed where it does not know', async () => {
    const { claims, client, announced } = bench({
      fails: new GataError('agent-unreachable', 'The Gata agent does not answer.'),
    });
    await claims.claim('claim', client, walletOverview());
    expect(announced.map(({ title }) => title)).toEqual(['Gata does not answer']);
    const id = client.confirmPlan.mock.calls[0]?.[0] ?? '';
    claims.show(walletOverview({ operations: [operationView({ id })] }));
    expect(announced[1]?.title).toBe('Claimed 100 GATA');
  });
});
