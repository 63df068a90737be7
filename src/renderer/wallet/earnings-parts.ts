import type { WalletLedger } from '../../shared/wallet-transactions.ts';
import { cutToAddUp } from './adding-up.ts';

const SHOWN_DECIMALS = 4;

export interface EarningsPart {
  readonly name: 'pending' | 'waiting' | 'claimable' | 'claimed';
  /** null: not known. */
  readonly wei: bigint | null;
  /** Cut to what is shown, so that the parts shown add up. */
  readonly shown: bigint;
}

/** The parts of what was earned; `difference`: what the sum is more than its parts, which should be nothing. */
export function earningsParts(
  ledger: WalletLedger,
  decimals: number,
): { readonly parts: readonly EarningsPart[]; readonly shownSum: bigint; readonly difference: bigint } {
  const known = [
    { name: 'pending', wei: ledger.pendingWei === null ? null : BigInt(ledger.pendingWei) },
    { name: 'waiting', wei: BigInt(ledger.waitingWei) },
    { name: 'claimable', wei: BigInt(ledger.claimableWei) },
    { name: 'claimed', wei: BigInt(ledger.claimedWei) },
  ] as const;
  const amounts = known.map(({ wei }) => wei ?? 0n);
  const sum = amounts.reduce((total, part) => total + part, 0n);
  const step = 10n ** BigInt(Math.max(0, decimals - SHOWN_DECIMALS));
  const claimable = known.findIndex(({ name }) => name === 'claimable');
  const cut = cutToAddUp(amounts, step, claimable);
  const earned = BigInt(ledger.earnedWei);
  return {
    parts: known.map((part, index) => ({ ...part, shown: cut[index] ?? 0n })),
    shownSum: earned - (earned % step),
    difference: earned - sum,
  };
}
