import { expect, it } from 'vitest';
import { needsKey, usualSigning } from '../../../src/renderer/wallet/signing-choice.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { walletChain, walletOverview, walletState } from '../../support/dashboard-wallet-fixtures.ts';

const CLAIM = { kind: 'claim' } as const;
const CLAIM_AND_STAKE = { kind: 'claim-and-stake' } as const;
const STAKE = { kind: 'stake', amount: '1' } as const;
const chain = walletChain({ claim: { ...walletChain().claim, relayed: true } });
const own = walletOverview({ chain });
const watching = walletOverview({ chain, wallet: walletState({ state: 'watching' }) });
const refusing = { ...DEFAULT_SETTINGS, wallet: { ...DEFAULT_SETTINGS.wallet, relayClaims: false } };

it('lets the gateway pay for claims where it offers that and the user lets it', () => {
  expect(usualSigning({ action: CLAIM }, own, DEFAULT_SETTINGS).relayed).toBe(true);
  expect(usualSigning({ action: CLAIM }, own, refusing).relayed).toBe(false);
  expect(usualSigning({ action: CLAIM }, walletOverview(), DEFAULT_SETTINGS).relayed).toBe(false);
  expect(usualSigning({ action: STAKE }, own, DEFAULT_SETTINGS).relayed).toBe(false);
  expect(usualSigning({ action: CLAIM, signElsewhere: true }, own, DEFAULT_SETTINGS)).toEqual({
    signElsewhere: true,
    relayed: false,
  });
});

it('signs elsewhere without a key, unless nobody needs to sign', () => {
  expect(usualSigning({ action: CLAIM }, watching, DEFAULT_SETTINGS)).toEqual({
    signElsewhere: false,
    relayed: true,
  });
  for (const action of [CLAIM_AND_STAKE, STAKE])
    expect(usualSigning({ action }, watching, DEFAULT_SETTINGS)).toEqual({
      signElsewhere: true,
      relayed: false,
    });
});

it('needs the key for all but relayed claims and what is signed elsewhere', () => {
  expect(needsKey(CLAIM, { signElsewhere: false, relayed: true })).toBe(false);
  expect(needsKey(CLAIM_AND_STAKE, { signElsewhere: false, relayed: true })).toBe(true);
  expect(needsKey(STAKE, { signElsewhere: true, relayed: false })).toBe(false);
  expect(needsKey(CLAIM, { signElsewhere: false, relayed: false })).toBe(true);
});
