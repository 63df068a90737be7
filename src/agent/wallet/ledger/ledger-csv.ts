import type { Receipt } from '../../../shared/receipt.ts';
import type { OperationView } from '../../../shared/wallet-transactions.ts';

const COLUMNS = [
  'time',
  'what',
  'id',
  'state',
  'account',
  'earned_wei',
  'claimed_wei',
  'staked_wei',
  'withdrawn_wei',
  'fee_native_wei',
  'paid_by',
  'reference',
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** The first line of a ledger for a spreadsheet (RFC 4180). Amounts are whole wei, so that they add up. */
export function ledgerCsvHead(): string {
  return `${COLUMNS.join(',')}\r\n`;
}

/**
 * What a job earned. `id` is the job, and `reference` the gateway's signature of its credit: the receipt of
 * `gata wallet receipts` that has both.
 */
export function receiptCsvLine(receipt: Receipt): string {
  return line({
    time: new Date(receipt.creditedAtMs).toISOString(),
    what: 'job',
    id: receipt.jobId,
    state: 'credited',
    account: receipt.nodeId,
    earned_wei: receipt.creditWei,
    claimed_wei: '0',
    staked_wei: '0',
    withdrawn_wei: '0',
    fee_native_wei: '0',
    paid_by: '',
    reference: receipt.gatewaySignature,
  });
}

/** What an operation moved. `id` is the operation, and `reference` its transactions that are in a block. */
export function operationCsvLine(operation: OperationView): string {
  const { at, id, action, state, account, effects, transactions, relayed } = operation;
  return line({
    time: at,
    what: action.kind,
    id,
    state,
    account,
    earned_wei: '0',
    claimed_wei: effects.claimedWei,
    staked_wei: effects.stakedWei,
    withdrawn_wei: effects.withdrawnWei,
    fee_native_wei: String(transactions.reduce((sum, { feeWei }) => sum + BigInt(feeWei ?? 0), 0n)),
    paid_by: relayed ? 'gateway' : 'account',
    reference: transactions
      .filter(({ block }) => block !== null)
      .map(({ hash }) => hash)
      .join(' '),
  });
}

/** No value has a comma, a quote or a line's end: they are ids, names of ours, digits and hashes. */
function line(row: Row): string {
  return `${COLUMNS.map((column) => row[column]).join(',')}\r\n`;
}
