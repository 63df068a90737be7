import type { OperationView } from '../../../shared/wallet-transactions.ts';

const COLUMNS = [
  'time',
  'operation',
  'action',
  'state',
  'account',
  'claimed_wei',
  'staked_wei',
  'withdrawn_wei',
  'fee_native_wei',
  'transactions',
];

/** One line for each operation, for a spreadsheet (RFC 4180). Amounts are whole wei, so that they add up. */
export function activityCsv(operations: readonly OperationView[]): string {
  const lines = operations.map(({ at, id, action, state, account, effects, transactions }) => [
    at,
    id,
    action.kind,
    state,
    account,
    effects.claimedWei,
    effects.stakedWei,
    effects.withdrawnWei,
    String(transactions.reduce((sum, { feeWei }) => sum + BigInt(feeWei ?? 0), 0n)),
    transactions
      .filter(({ block }) => block !== null)
      .map(({ hash }) => hash)
      .join(' '),
  ]);
  return [COLUMNS, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}
