import { describe, expect, test, vi } from 'vitest';
import { canClaimAtOnce, walletItems } from '../../src/main/wallet-menu.ts';
import type { WalletOverview } from '../../src/shared/wallet-overview.ts';
import {
  gata,
  noWallet,
  operationView,
  planFee,
  walletChain,
  walletOverview,
  walletState,
} from '../support/dashboard-wallet-fixtures.ts';
import { FakeMenu } from '../support/fake-electron.ts';

const menuOf = (overview: WalletOverview | undefined) => {
  const actions = { claim: vi.fn(), openWallet: vi.fn(), openGovernance: vi.fn() };
  return { actions, menu: new FakeMenu(walletItems(overview, actions, 'en-GB')) };
};
const relayed = { fee: planFee({ nativeWei: '0', gataWei: '0' }), relayed: true, notWorthIt: null };

describe('the wallet in the tray', () => {
  test('says what a click claims, and for which fee', () => {
    const { menu, actions } = menuOf(walletOverview());
    expect(menu.labels()).toEqual(['Claim 200 GATA, fee 0.57 GATA', 'Claim and stake…', 'Wallet']);
    menu.choose('Claim 200 GATA, fee 0.57 GATA');
    menu.choose('Claim and stake…');
    expect(actions.claim.mock.calls).toEqual([['claim'], ['claim-and-stake']]);
    menu.choose('Stake or unstake…');
    menu.choose('Vote…');
    expect(actions.openWallet).toHaveBeenCalledOnce();
    expect(actions.openGovernance).toHaveBeenCalledOnce();
  });

  test('names the fee in the chain’s coin while nobody told what that is worth', () => {
    const claim = { fee: planFee({ gataWei: null, money: null }), relayed: false, notWorthIt: null };
    const { menu } = menuOf(walletOverview({ chain: walletChain({ claim }) }));
    expect(menu.labels()[0]).toBe('Claim 200 GATA, fee 0.000095 tBNB');
  });

  test('says that a click asks for the password first', () => {
    const locked = walletOverview({ wallet: walletState({ state: 'locked' }) });
    expect(menuOf(locked).menu.labels()[0]).toBe('Claim 200 GATA, fee 0.57 GATA…');
    const free = { ...locked, chain: walletChain({ claim: relayed }) };
    expect(menuOf(free).menu.labels().slice(0, 2)).toEqual(['Claim 200 GATA, no fee', 'Claim and stake…']);
    expect(canClaimAtOnce(free, 'claim')).toBe(true);
    expect(canClaimAtOnce(free, 'claim-and-stake')).toBe(false);
    const unlocked = walletOverview({ chain: walletChain({ claim: relayed }) });
    expect(menuOf(unlocked).menu.labels()[1]).toBe('Claim and stake');
  });

  test('says that a click asks first where it is not worth it yet', () => {
    const claim = { fee: planFee(), relayed: false, notWorthIt: 'The fee is half of it.' };
    const overview = walletOverview({ chain: walletChain({ claim }) });
    expect(menuOf(overview).menu.labels()[0]).toBe('Claim 200 GATA, fee 0.57 GATA…');
  });

  test('offers nothing while there is nothing, or a claim is under way', () => {
    const chain = walletChain();
    const nothing = { ...chain, ledger: { ...chain.ledger, claimableWei: '0' } };
    expect(menuOf(walletOverview({ chain: nothing })).menu.labels()[0]).toBe('Nothing to claim yet');
    const claiming = walletOverview({ operations: [operationView({ state: 'sent' })] });
    expect(menuOf(claiming).menu.labels()).toEqual(['Claiming', 'Wallet']);
    expect(menuOf(noWallet()).menu.items).toEqual([]);
    expect(menuOf(undefined).menu.items).toEqual([]);
  });

  test('shows the balances', () => {
    const chain = walletChain();
    const ledger = { ...chain.ledger, walletWei: gata(1234.56789) };
    const { menu } = menuOf(walletOverview({ chain: { ...chain, ledger } }));
    const wallet = menu.items.find(({ label }) => label === 'Wallet');
    expect(wallet?.submenu?.[0]).toEqual({ label: '1,234.5678 GATA, and 500 GATA staked', enabled: false });
  });
});
