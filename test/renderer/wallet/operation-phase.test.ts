import { expect, it } from 'vitest';
import { isCancellable, isUnderWay, operationPhase } from '../../../src/renderer/wallet/operation-phase.ts';
import { operationView } from '../../support/dashboard-wallet-fixtures.ts';

const [call] = operationView().transactions;
if (call === undefined) throw new Error('The fixture has a transaction.');
const sent = { ...call, block: null, succeeded: null, feeWei: null };
const unsigned = {
  chainId: 1,
  nonce: 0,
  to: `0x${'22'.repeat(20)}`,
  data: '0x',
  gasLimit: '1',
  maxFeePerGasWei: '1',
  maxPriorityFeePerGasWei: '1',
};

it('tells what a waiting operation waits for', () => {
  expect(operationPhase(operationView({ state: 'waiting' }))).toBe('waiting');
  expect(operationPhase(operationView({ state: 'waiting', unsigned }))).toBe('signature');
  expect(operationPhase(operationView({ state: 'waiting', relayed: true }))).toBe('relaying');
  expect(operationPhase(operationView({ state: 'sent', relayed: true }))).toBe('sent');
});

it('lets an operation be cancelled until a block has it, and once', () => {
  expect(isCancellable(operationView({ state: 'waiting', transactions: [] }))).toBe(true);
  expect(isCancellable(operationView({ state: 'sent', transactions: [call, sent] }))).toBe(true);
  const replaced = operationView({ state: 'sent', transactions: [sent, { ...sent, purpose: 'cancel' }] });
  expect(isCancellable(replaced)).toBe(false);
  for (const state of ['mined', 'done', 'failed', 'cancelled'] as const)
    expect(isCancellable(operationView({ state }))).toBe(false);
});

it('is under way until it is final', () => {
  expect(isUnderWay(operationView({ state: 'mined' }))).toBe(true);
  expect(isUnderWay(operationView({ state: 'done' }))).toBe(false);
});
