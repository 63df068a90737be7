import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeEntries, voucherCredit } from '../../../src/gateway/ledger/voucher-entries.ts';
import { chooseVouchers, isChargeDue } from '../../../src/gateway/vouchers/choose-vouchers.ts';

const now = new Date('2026-01-01T12:00:00Z');
const voucher = (cumulative: number, charged: number, deposit: number, minutes = 0) => ({
  ...{ address: `0x${cumulative}`, signature: '0x', cumulativeWei: BigInt(cumulative) },
  ...{ chargedWei: BigInt(charged), chargedOnChainWei: BigInt(charged), depositWei: BigInt(deposit) },
  waitingSince: new Date(now.getTime() - minutes * 60_000),
});
const hourly = { everyMs: 3_600_000, aboveWei: undefined };

describe('vouchers are charged', () => {
  it('when one has waited long enough, or enough waits', () => {
    expect(isChargeDue([], hourly, now)).toBe(false);
    expect(isChargeDue([voucher(5, 0, 9, 59)], hourly, now)).toBe(false);
    expect(isChargeDue([voucher(5, 0, 9, 59), voucher(1, 0, 9, 60)], hourly, now)).toBe(true);
    const above = { ...hourly, aboveWei: 10n };
    expect(isChargeDue([voucher(9, 4, 9), voucher(4, 0, 9)], above, now)).toBe(false);
    expect(isChargeDue([voucher(9, 4, 9), voucher(5, 0, 9)], above, now)).toBe(true);
  });

  it('the largest first, and only what a deposit covers', () => {
    const [small, large, empty, done] = [
      voucher(5, 0, 5),
      voucher(90, 10, 80),
      voucher(7, 0, 6),
      voucher(3, 3, 9),
    ];
    expect(chooseVouchers([small, empty, done, large])).toEqual({
      charge: [large, small],
      uncovered: [empty],
    });
    const many = Array.from({ length: 250 }, (_, index) => voucher(index + 1, 0, 1000));
    expect(chooseVouchers(many).charge).toHaveLength(100);
    expect(chooseVouchers(many).charge[0]?.cumulativeWei).toBe(250n);
  });
});

it('the ledger adds up to zero, whatever is promised and however it is split', () => {
  const wei = fc.bigInt({ min: 1n, max: 10n ** 30n });
  const shares = fc.tuple(fc.integer({ min: 5000, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }));
  fc.assert(
    fc.property(wei, wei, shares, (amountWei, wholeWei, [nodes, share]) => {
      const rest = 10_000 - nodes;
      const protocol = Math.min(share, rest);
      const toProtocolWei = (wholeWei * BigInt(protocol)) / 10_000n;
      const toStakersWei = (wholeWei * BigInt(rest - protocol)) / 10_000n;
      const toNodesWei = wholeWei - toProtocolWei - toStakersWei;
      const entries = chargeEntries(amountWei, { toNodesWei, toProtocolWei, toStakersWei });
      const sum = [...entries, ...voucherCredit('b', amountWei)].reduce(
        (total, e) => total + e.amountWei,
        0n,
      );
      expect(sum).toBe(0n);
      // What the distributor got is at least the nodes' share.
      const nodesWei = -(entries.find(({ account }) => account === 'distributor')?.amountWei ?? 0n);
      expect(nodesWei * wholeWei).toBeGreaterThanOrEqual(amountWei * toNodesWei);
    }),
  );
});
