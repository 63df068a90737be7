import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRelayStep, type RelayFacts } from '../../../../src/agent/wallet/relay/next-relay-step.ts';
import type { JournalEvent } from '../../../../src/agent/wallet/transactions/journal-event.ts';
import { applyEvent, type Operation } from '../../../../src/agent/wallet/transactions/operation.ts';

const ID = randomUUID();
const ACCOUNT = `0x${'a1'.repeat(20)}`;
const SIGNATURE = `0x${'5e'.repeat(65)}`;
const RELAY_MS = 600_000;
const FACTS: RelayFacts = {
  paidNowWei: 0n,
  paidForGoodWei: 0n,
  settledChainSeconds: 0,
  chainSeconds: 10,
  nowMs: 0,
  relayMs: RELAY_MS,
};

function operationOf(...events: JournalEvent[]): Operation {
  const at = new Date(0).toISOString();
  const intended: JournalEvent = {
    ...{ type: 'intended', id: ID, at, account: ACCOUNT, action: { kind: 'claim-and-stake' } },
    ...{ calls: [{ name: 'call', to: ACCOUNT, data: '0x' }], signElsewhere: false, relayed: true },
  };
  const operation = [intended, ...events].reduce<Operation | undefined>(applyEvent, undefined);
  if (operation === undefined) throw new Error('It was intended.');
  return operation;
}

function asked(cumulative: bigint, deadline: number | null): JournalEvent {
  const stake = deadline === null ? null : { deadline, signature: SIGNATURE };
  const at = new Date(0).toISOString();
  const nonce = deadline === null ? null : '0';
  return { type: 'relay-asked', id: ID, at, cumulative: String(cumulative), stake, nonce };
}

function told(state: 'waiting' | 'sent' | 'done' | 'refused'): JournalEvent {
  return { type: 'relay-told', id: ID, told: { state, transactionHash: null, detail: null } };
}

describe('the next step of a relayed claim', () => {
  it('is done exactly when the chain has paid it for good, whatever the gateway says', () => {
    const amounts = fc.bigInt({ min: 0n, max: 3n });
    const states = fc.constantFrom('waiting' as const, 'sent' as const, 'done' as const, 'refused' as const);
    fc.assert(
      fc.property(
        amounts,
        amounts,
        states,
        fc.boolean(),
        fc.nat(2 * RELAY_MS),
        (paidForGoodWei, since, state, cancels, nowMs) => {
          const events = [asked(2n, null), told(state), ...(cancels ? [cancelAsked()] : [])];
          const paidNowWei = paidForGoodWei + since;
          const step = nextRelayStep(operationOf(...events), { ...FACTS, paidForGoodWei, paidNowWei, nowMs });
          expect(step.do === 'settle').toBe(paidForGoodWei >= 2n);
          if (paidNowWei >= 2n) expect(['settle', 'await-depth']).toContain(step.do);
        },
      ),
    );
  });

  it('gives no claim up while a signature of it can be used, unless the gateway refuses it', () => {
    const late = { ...FACTS, nowMs: RELAY_MS + 1 };
    for (const events of [
      [asked(1n, 100)],
      [asked(1n, 100), told('sent')],
      [asked(1n, 100), cancelAsked()],
    ]) {
      const operation = operationOf(...events);
      expect(nextRelayStep(operation, { ...late, settledChainSeconds: 100 }).do).toBe('wait');
      expect(nextRelayStep(operation, { ...late, settledChainSeconds: 101 }).do).toBe('end');
    }
    expect(nextRelayStep(operationOf(asked(1n, 100), told('refused')), FACTS).do).toBe('judge-refusal');
  });

  it('signs anew when the deadline is over, and asks the same as long as it is not', () => {
    const operation = operationOf(asked(1n, 100), told('waiting'));
    expect(nextRelayStep(operation, { ...FACTS, chainSeconds: 100 }).do).toBe('ask');
    expect(nextRelayStep(operation, { ...FACTS, chainSeconds: 101 }).do).toBe('ask-anew');
    expect(nextRelayStep(operationOf(), FACTS).do).toBe('ask-anew');
  });
});

function cancelAsked(): JournalEvent {
  return { type: 'cancel-asked', id: ID };
}
