import { describe, expect, test } from 'vitest';
import { feeText, operationText, planText } from '../../../src/agent/cli/wallet-operation-text.ts';
import { walletOverviewText } from '../../../src/agent/cli/wallet-overview-text.ts';
import {
  ACCOUNT,
  actionPlan,
  gata,
  noWallet,
  operationView,
  planFee,
  stakingView,
  walletChain,
  walletOverview,
} from '../../support/dashboard-wallet-fixtures.ts';

describe('the wallet for a terminal', () => {
  test('shows sums that add up, the stake with its return, and what a claim costs', () => {
    const text = walletOverviewText(walletOverview({ operations: [operationView()] }));
    for (const line of [
      'Earned          1,234.5 GATA',
      '  worked for    10.5 GATA',
      '  waiting       24 GATA',
      '  claimable     200 GATA',
      '  claimed       1,000 GATA',
      'In the wallet   450 GATA, and 0.02 tBNB for fees',
      'Staked          500 GATA (tier 1)',
      `your stake votes as ${ACCOUNT}`,
      '8.4% a year if rewards are paid on as they are now and nobody stakes more or less. What there is lasts 90 days.',
      '  it brought    10 GATA',
      'Claiming costs  0.000095 tBNB (0.57 GATA, 0.0570 EUR)',
      "The gateway's statements are the same as this node's 321 receipts.",
      'claim: done',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('shows what leaves the stake, what is held, what is lost, and what is not known', () => {
    const { ledger } = walletChain();
    const unbonding = [
      { index: 0, assetsWei: gata(20), releasedAt: '2026-11-27T10:00:00.000Z', released: false },
      { index: 1, assetsWei: gata(5), releasedAt: '2026-11-19T10:00:00.000Z', released: true },
    ];
    const staking = stakingView({
      ...{ unbonding, withdrawableWei: gata(5), heldForSlashWei: gata(3), delegate: null },
      ...{ yearlyReturn: null, rewardsLastSeconds: null },
    });
    const claim = { fee: null, relayed: true, notWorthIt: 'There is nothing to claim yet.' };
    const chain = walletChain({
      ...{ staking, claim },
      ledger: { ...ledger, pendingWei: null, stakingRewardsWei: `-${gata(2)}` },
    });
    const text = walletOverviewText(
      walletOverview({ chain, problem: 'No endpoint answers.', statements: null }),
    );
    expect(text).not.toContain('worked for');
    for (const line of [
      'No endpoint answers.',
      'leaving [0]   20 GATA, until',
      'leaving [1]   5 GATA, its time is over',
      'withdrawable  5 GATA',
      'held back     3 GATA',
      'votes for nobody',
      'no rewards are paid to stakers now',
      'it brought    −2 GATA',
      'gata wallet claim --relayed',
      'There is nothing to claim yet.',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('shows a wallet that is not there', () => {
    expect(walletOverviewText(noWallet())).toContain('No wallet. "gata wallet watch ADDRESS" is enough');
  });
});

test('a plan says what it costs before anything is asked, and how to have it in money', () => {
  const plan = actionPlan({ kind: 'claim' }, { warnings: ['Check the clock.'] });
  expect(planText(plan, 'GATA')).toBe(
    `Do "claim".\nFrom ${ACCOUNT}. The fee is at most about 0.000095 tBNB (0.57 GATA, 0.0570 EUR).\nCheck the clock.`,
  );
  expect(planText({ ...plan, relayed: true }, 'GATA')).toContain('The gateway sends it and pays the fee.');
  const dear = planFee({ money: { currency: 'EUR', amount: 12.345 }, gataWei: null });
  expect(feeText(dear, 'GATA')).toBe('0.000095 tBNB (12.35 EUR)');
  expect(feeText(planFee({ money: null, gataWei: null }), 'GATA')).toContain('wallet.nativePrice');
});

test('an operation says what became of it, and who sent it', () => {
  const text = operationText(operationView({ relayed: true, detail: 'As it should be.' }));
  expect(text).toContain('claim: done, sent by the gateway (As it should be.)');
  expect(text).toContain('in block 4200');
});
