import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AutoClaimSituation,
  decideAutoClaim,
} from '../../../../src/agent/wallet/auto-claim/decide-auto-claim.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../src/shared/settings.ts';
import type { WalletChainView, WalletOverview } from '../../../../src/shared/wallet-overview.ts';
import {
  gata,
  operationView,
  planFee,
  walletChain,
  walletOverview,
  walletState,
} from '../../../support/dashboard-wallet-fixtures.ts';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const ON: Settings['wallet'] = {
  ...DEFAULT_SETTINGS.wallet,
  ...{ autoClaim: 'claim', autoClaimAbove: 100, autoClaimFeePercent: 2 },
};
type Claim = WalletChainView['claim'];

/** 200 GATA, for a fee of 1. */
function situation(
  change: {
    wallet?: Partial<Settings['wallet']>;
    overview?: Partial<WalletOverview>;
    claim?: Partial<Claim>;
    claimableWei?: string;
    nativeWei?: string;
    heldUntil?: Date;
  } = {},
): AutoClaimSituation {
  const { ledger, nativeWei } = walletChain();
  const chain = walletChain({
    ledger: { ...ledger, claimableWei: change.claimableWei ?? gata(200) },
    nativeWei: change.nativeWei ?? nativeWei,
    claim: { fee: planFee({ gataWei: gata(1) }), relayed: false, notWorthIt: null, ...change.claim },
  });
  return {
    overview: walletOverview({ chain, ...change.overview }),
    wallet: { ...ON, ...change.wallet },
    ...{ now: NOW, heldUntil: change.heldUntil ?? null },
  };
}

const why = (change: Parameters<typeof situation>[0]) => {
  const decision = decideAutoClaim(situation(change));
  return decision.claim ? null : decision.why;
};
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

test('claims what the user wants claimed', () => {
  expect(decideAutoClaim(situation())).toEqual({ claim: true, kind: 'claim', relayed: false });
  expect(decideAutoClaim(situation({ wallet: { autoClaim: 'claim-and-stake' } }))).toEqual({
    ...{ claim: true, kind: 'claim-and-stake', relayed: false },
  });
});

test('claims nothing while it is off, unseen, old, or too little', () => {
  expect(why({ wallet: { autoClaim: 'off' } })).toBe('it is switched off');
  expect(why({ overview: { chain: null } })).toBe('the account was not seen yet');
  expect(why({ overview: { problem: 'No endpoint answers.' } })).toBe('what was seen is old');
  expect(why({ claimableWei: gata(99.9) })).toBe('it is too little');
  expect(why({ claimableWei: gata(100) })).toBeNull();
  expect(why({ wallet: { minimumClaim: 201 } })).toBe('it is too little');
  expect(why({ wallet: { autoClaimAbove: 0, minimumClaim: 0 }, claimableWei: '0' })).toBe('it is too little');
});

test('pays no fee that is unknown, dearer than the ceiling, too large a part, or more than there is', () => {
  expect(why({ claim: { fee: null } })).toBe('the fee is not known');
  expect(why({ claim: { fee: planFee({ gataWei: null }) } })).toContain('without prices');
  expect(why({ claim: { fee: planFee({ gataWei: gata(4) }) } })).toBeNull();
  expect(why({ claim: { fee: planFee({ gataWei: String(BigInt(gata(4)) + 1n) }) } })).toContain('too large');
  expect(why({ claim: { fee: planFee({ gasPriceWei: '5000000001' }) } })).toContain('the ceiling');
  expect(why({ nativeWei: '94999999999999' })).toBe('the account cannot pay the fee');
});

test('needs the key for a fee or a stake, and neither for a claim that the gateway sends', () => {
  for (const state of ['locked', 'watching', 'damaged'] as const) {
    const overview = { wallet: walletState({ state }) };
    expect(why({ overview })).toBe('the wallet is not unlocked');
    const claim = { relayed: true, fee: null };
    expect(decideAutoClaim(situation({ overview, claim }))).toMatchObject({ claim: true, relayed: true });
    expect(why({ overview, claim, wallet: { autoClaim: 'claim-and-stake' } })).toContain('not unlocked');
  }
});

describe('after the last claim', () => {
  const afterClaims = (minutes: number, ...states: ('done' | 'failed' | 'cancelled')[]) => {
    const operations = states.map((state) => operationView({ state, at: minutesAgo(minutes) }));
    return why({ overview: { operations } });
  };

  test('waits ten minutes, longer after each failure, and a day after a cancellation', () => {
    expect(afterClaims(9, 'done')).toContain('a while ago');
    expect(afterClaims(11, 'done')).toBeNull();
    expect(afterClaims(39, 'failed', 'done')).toContain('a while ago');
    expect(afterClaims(41, 'failed', 'done')).toBeNull();
    expect(afterClaims(159, 'failed', 'failed')).toContain('a while ago');
    expect(afterClaims(161, 'failed', 'failed')).toBeNull();
    expect(afterClaims(1439, ...Array<'failed'>(20).fill('failed'))).toContain('a while ago');
    expect(afterClaims(1441, ...Array<'failed'>(20).fill('failed'))).toBeNull();
    expect(afterClaims(1439, 'cancelled')).toContain('a while ago');
  });

  test('waits while anything is under way, and while it is held back', () => {
    const operations = [operationView({ state: 'mined', action: { kind: 'stake', amount: '1' } })];
    expect(why({ overview: { operations } })).toBe('something is under way');
    expect(why({ heldUntil: new Date(NOW.getTime() + 1) })).toBe('it failed a while ago');
    expect(why({ heldUntil: NOW })).toBeNull();
  });
});

test('never claims less than the limit nor for more than the allowed part of it', () => {
  const wei = fc.bigInt({ min: 0n, max: 10n ** 24n });
  fc.assert(
    fc.property(wei, wei, fc.integer({ min: 0, max: 100 }), (claimable, fee, percent) => {
      const { claim } = decideAutoClaim(
        situation({
          claimableWei: String(claimable),
          claim: { fee: planFee({ gataWei: String(fee) }) },
          wallet: { autoClaimFeePercent: percent },
        }),
      );
      const isEnough = claimable >= 100n * 10n ** 18n;
      expect(claim).toBe(isEnough && fee * 100n <= BigInt(percent) * claimable);
    }),
  );
});
