import type { OperationView } from '../../shared/wallet-transactions.ts';
import { plainToken } from '../format/token-amount.ts';

const COIN_DECIMALS = 18;

/** What the wallet did as a table for a spreadsheet (RFC 4180), a line an operation. Amounts have every digit. */
export function activityTable(
  operations: readonly OperationView[],
  token: { readonly symbol: string; readonly decimals: number },
  coinSymbol: string,
): string {
  const { symbol, decimals } = token;
  const heads = [
    'Time',
    'Action',
    'State',
    `Claimed ${symbol}`,
    `Staked ${symbol}`,
    `Withdrawn ${symbol}`,
    `Fee ${coinSymbol}`,
    'Fee paid by',
    'Transactions',
    'Account',
    'Operation',
    'Note',
  ];
  const lines = operations.map((operation) => {
    const { at, action, state, effects, transactions, relayed, account, id, detail } = operation;
    return [
      at,
      action.kind,
      state,
      plainToken(effects.claimedWei, decimals),
      plainToken(effects.stakedWei, decimals),
      plainToken(effects.withdrawnWei, decimals),
      plainToken(feeOf(operation), COIN_DECIMALS),
      relayed ? 'gateway' : 'wallet',
      transactions
        .filter(({ block }) => block !== null)
        .map(({ hash }) => hash)
        .join(' '),
      account,
      id,
      detail ?? '',
    ];
  });
  return [heads, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** What an operation's transactions cost together, in wei of the coin. */
export function feeOf({ transactions }: OperationView): bigint {
  return transactions.reduce((sum, { feeWei }) => sum + BigInt(feeWei ?? 0), 0n);
}

/** Quoted where it must be; what a spreadsheet would take for a formula is made text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
