import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../../src/agent/wallet/transactions/journal-event.ts';
import { giveUpReason, judgeForecast } from '../../../../src/agent/wallet/transactions/judge-refusal.ts';
import { applyEvent, nextStep, type Operation } from '../../../../src/agent/wallet/transactions/operation.ts';
import type { WalletAction } from '../../../../src/shared/wallet-transactions.ts';

const ID = randomUUID();
const ACCOUNT = `0x${'a1'.repeat(20)}`;
const FORECAST = { call: 0, reason: 'Refused', isUnsettled: false, nowMs: 1000, proofMs: 60_000 };
const hashOf = (nonce: number) => `0x${String(nonce).padStart(64, '0')}`;

function operationOf(action: WalletAction, calls: number, events: readonly JournalEvent[]): Operation {
  const at = new Date(0).toISOString();
  const call = { name: 'call', to: ACCOUNT, data: '0x' };
  const intended: JournalEvent = {
    ...{ type: 'intended', id: ID, at, account: ACCOUNT, action, calls: Array(calls).fill(call) },
    ...{ signElsewhere: false, relayed: false },
  };
  const operation = [intended, ...events].reduce<Operation | undefined>(applyEvent, undefined);
  if (operation === undefined) throw new Error('It was intended.');
  return operation;
}

/** A call's transaction in a final block. */
function final(call: number, nonce: number, succeeded: boolean): JournalEvent[] {
  const hash = hashOf(nonce);
  const at = new Date(0).toISOString();
  const effects = { claimedWei: '0', stakedWei: '0', withdrawnWei: '0' };
  const price = { gasLimit: '1', gasPriceWei: '1' };
  return [
    { type: 'signed', id: ID, at, call, purpose: 'call', nonce, ...price, hash, raw: '0x00' },
    {
      ...{ type: 'mined', id: ID, hash, blockNumber: 1, blockHash: hashOf(9), succeeded },
      ...{ gasUsed: '1', feeWei: '1', effects },
    },
    { type: 'final', id: ID, hash },
  ];
}

const STAKE: WalletAction = { kind: 'stake', amount: '1' };

describe('what is done about a refusal', () => {
  it('begins with the first call again when the one before was used up, five times at most', () => {
    const events = final(0, 0, true);
    for (let times = 0; times < 5; times += 1) {
      const operation = operationOf(STAKE, 2, events);
      expect(nextStep(operation)).toEqual({ do: 'sign', call: 1 });
      expect(judgeForecast(operation, { ...FORECAST, call: 1 })).toEqual({ do: 'start-over' });
      events.push({ type: 'started-over', id: ID });
      expect(nextStep(operationOf(STAKE, 2, events))).toEqual({ do: 'sign', call: 0 });
      events.push(...final(0, times + 1, true));
    }
    const ended = judgeForecast(operationOf(STAKE, 2, events), { ...FORECAST, call: 1 });
    expect(ended).toMatchObject({ do: 'end', outcome: 'failed' });
  });

  it('waits while something may still be undone, and names the refusal in the end', () => {
    const refused = operationOf(STAKE, 1, final(0, 0, false));
    expect(judgeForecast(refused, { ...FORECAST, isUnsettled: true })).toMatchObject({ do: 'wait' });
    const detail = expect.stringContaining(hashOf(0));
    expect(judgeForecast(refused, FORECAST)).toEqual({ do: 'end', outcome: 'failed', detail });
    const unsent = expect.stringContaining('Nothing was sent');
    expect(judgeForecast(operationOf(STAKE, 1, []), FORECAST)).toMatchObject({ detail: unsent });
  });

  it('asks for the newest proof of a claim for a while, and takes a paid one as done', () => {
    const claim = operationOf({ kind: 'claim' }, 1, []);
    const notInRoot = { ...FORECAST, reason: 'NotInRoot' };
    expect(judgeForecast(claim, notInRoot)).toEqual({ do: 'rebuild' });
    expect(judgeForecast(claim, { ...notInRoot, nowMs: 60_000 })).toMatchObject({ outcome: 'failed' });
    const paid = { ...FORECAST, reason: 'NothingToClaim' };
    expect(judgeForecast(claim, paid)).toMatchObject({ do: 'end', outcome: 'done' });
    expect(judgeForecast(claim, { ...paid, isUnsettled: true })).toEqual({ do: 'rebuild' });
  });

  it('never repeats what another program may have made in its place, but a claim', () => {
    const [signed] = final(0, 0, true);
    const superseded: JournalEvent = { type: 'superseded', id: ID, nonce: 0 };
    for (const [action, mayRepeat] of [
      [STAKE, false],
      [{ kind: 'claim' }, true],
    ] as const) {
      const operation = operationOf(action, 1, signed === undefined ? [] : [signed, superseded]);
      const step = nextStep(operation);
      if (step.do !== 'judge-refusal') throw new Error(step.do);
      expect(giveUpReason(operation, step.attempt) === null).toBe(mayRepeat);
    }
  });
});
