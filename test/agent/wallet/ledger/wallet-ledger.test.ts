import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChainBalances, walletLedger } from '../../../../src/agent/wallet/ledger/wallet-ledger.ts';
import type { JournalEvent } from '../../../../src/agent/wallet/transactions/journal-event.ts';
import { applyEvent, type Operation } from '../../../../src/agent/wallet/transactions/operation.ts';

const ACCOUNT = '0x00000000000000000000000000000000000000A1';
const ID = '01980000-0000-7000-8000-000000000001';
const HASH = `0x${'ab'.repeat(32)}`;
const BALANCES: ChainBalances = {
  ...{ block: 10, claimedWei: 0n, walletWei: 0n, stakeWei: 0n, transactionCount: 0 },
};
const NO_WORD = { proof: undefined, pendingWei: null };
const amount = fc.bigInt({ min: 0n, max: 10n ** 30n });

test('earned is pending, waiting, claimable and claimed together, whatever was claimed by whom', () => {
  fc.assert(
    fc.property(
      ...[amount, amount, fc.option(amount), fc.option(amount), fc.option(fc.boolean())],
      (cumulative, claimedWei, pendingWei, newer, live) => {
        const proof = {
          ...{ epoch: 1, cumulative: String(cumulative), proof: [], root: `0x${'0'.repeat(64)}` },
          ...(live === null ? {} : { live }),
          ...(newer === null ? {} : { waitingWei: String(newer) }),
        };
        const ledger = walletLedger(ACCOUNT, { ...BALANCES, claimedWei }, { proof, pendingWei }, []);
        const parts = [ledger.pendingWei ?? '0', ledger.waitingWei, ledger.claimableWei, ledger.claimedWei];
        expect(parts.reduce((sum, each) => sum + BigInt(each), 0n)).toBe(BigInt(ledger.earnedWei));
        const known = cumulative + (newer ?? 0n);
        const settled = known > claimedWei ? known : claimedWei;
        expect(BigInt(ledger.earnedWei)).toBe(settled + (pendingWei ?? 0n));
        if (live === false) expect(ledger.claimableWei).toBe('0');
      },
    ),
  );
});

describe('what staking brought', () => {
  test('is the stake less what was staked here, when no other program used the key', () => {
    const operations = [staked(100n, 7)];
    const balances = { ...BALANCES, stakeWei: 103n, transactionCount: 1 };
    const ledger = walletLedger(ACCOUNT, balances, NO_WORD, operations);
    expect(ledger).toMatchObject({ stakedHereWei: '100', stakingRewardsWei: '3' });
    const slashed = walletLedger(ACCOUNT, { ...balances, stakeWei: 90n }, NO_WORD, operations);
    expect(slashed.stakingRewardsWei).toBe('-10');
  });

  test('cannot be told when another program used the key', () => {
    const balances = { ...BALANCES, stakeWei: 203n, transactionCount: 2 };
    expect(walletLedger(ACCOUNT, balances, NO_WORD, [staked(100n, 7)]).stakingRewardsWei).toBeNull();
  });

  test('is nothing when nothing was ever staked, whatever else the key was used for', () => {
    const balances = { ...BALANCES, transactionCount: 5 };
    expect(walletLedger(ACCOUNT, balances, NO_WORD, []).stakingRewardsWei).toBe('0');
  });

  test('is of the block that the balances are of, though the journal knows of later ones', () => {
    const ledger = walletLedger(ACCOUNT, BALANCES, NO_WORD, [staked(100n, 11)]);
    expect(ledger).toMatchObject({ stakedHereWei: '0', stakingRewardsWei: '0' });
  });
});

/** An operation that staked so much in a block. */
function staked(wei: bigint, blockNumber: number): Operation {
  const at = '2026-11-20T10:00:00.000Z';
  const events: JournalEvent[] = [
    {
      ...{ type: 'intended', id: ID, at, account: ACCOUNT, signElsewhere: false, relayed: false },
      action: { kind: 'stake', amount: '1' },
      calls: [{ name: 'staking.deposit', to: ACCOUNT, data: '0x' }],
    },
    {
      ...{ type: 'signed', id: ID, at, call: 0, purpose: 'call', nonce: 0, gasLimit: '1' },
      ...{ gasPriceWei: '1', hash: HASH, raw: '0x00' },
    },
    {
      ...{ type: 'mined', id: ID, hash: HASH, blockNumber, blockHash: HASH, succeeded: true },
      ...{ gasUsed: '1', feeWei: '1' },
      effects: { claimedWei: '0', stakedWei: String(wei), withdrawnWei: '0' },
    },
  ];
  const operation = events.reduce<Operation | undefined>(applyEvent, undefined);
  if (operation === undefined) throw new Error('There is no operation.');
  return operation;
}
