import { expect, it } from 'vitest';
import { activityTable } from '../../../src/renderer/wallet/activity-csv.ts';
import { gata, operationView } from '../../support/dashboard-wallet-fixtures.ts';

const token = { symbol: 'GATA', decimals: 18 };

it('has a line for each operation, with every digit and every transaction in a block', () => {
  const [call] = operationView().transactions;
  if (call === undefined) throw new Error('The fixture has a transaction.');
  const operation = operationView({
    at: '2026-11-20T21:00:00.000Z',
    effects: { claimedWei: `${BigInt(gata(100)) + 1n}`, stakedWei: '0', withdrawnWei: '0' },
    transactions: [
      { ...call, feeWei: '1', hash: '0xaa' },
      { ...call, feeWei: '2', hash: '0xbb' },
      { ...call, feeWei: null, block: null, hash: '0xcc' },
    ],
  });
  const [heads, line, rest] = activityTable([operation], token, 'BNB').split('\r\n');
  expect(heads).toBe(
    'Time,Action,State,Claimed GATA,Staked GATA,Withdrawn GATA,Fee BNB,Fee paid by,Transactions,Account,Operation,Note',
  );
  expect(line).toBe(
    `2026-11-20T21:00:00.000Z,claim,done,100.000000000000000001,0,0,0.000000000000000003,wallet,0xaa 0xbb,${operation.account},${operation.id},`,
  );
  expect(rest).toBe('');
});

it('lets no note become a formula or another cell', () => {
  const note = (detail: string) =>
    activityTable([operationView({ detail, relayed: true })], token, 'BNB').split('\r\n')[1] ?? '';
  expect(note('=1+1')).toMatch(/,'=1\+1$/);
  expect(note('It said "no", twice')).toMatch(/,"It said ""no"", twice"$/);
  expect(note('')).toContain(',gateway,');
});
