import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../../src/agent/wallet/transactions/journal-event.ts';
import {
  applyEvent,
  mayStartOver,
  nextStep,
  type Operation,
  openNonces,
} from '../../../../src/agent/wallet/transactions/operation.ts';

const ID = randomUUID();
const ACCOUNT = `0x${'a1'.repeat(20)}`;
const EFFECTS = { claimedWei: '0', stakedWei: '0', withdrawnWei: '0' };
const hashOf = (index: number) => `0x${index.toString(16).padStart(64, '0')}`;

/** An account's nonces on a chain, each used up by one transaction, and an operation that lives through it. */
class Story {
  operation: Operation;
  /** By nonce, the hash that used it, or another program's; what is not final may be undone. */
  readonly #used: { hash: string | 'foreign'; succeeded: boolean; final: boolean }[] = [];
  #nextHash = 1;

  constructor(calls: number) {
    const operation = applyEvent(undefined, {
      type: 'intended',
      id: ID,
      at: new Date(0).toISOString(),
      account: ACCOUNT,
      action: { kind: 'stake', amount: '1' },
      calls: Array.from({ length: calls }, (_, index) => ({
        name: `call ${index}`,
        to: ACCOUNT,
        data: '0x',
      })),
      signElsewhere: false,
      relayed: false,
    });
    if (operation === undefined) throw new Error('It was intended.');
    this.operation = operation;
  }

  /** Last calls that happened, for good or not. */
  get made(): number {
    return this.#used.filter(({ hash, succeeded }) => {
      const attempt = this.operation.attempts.find((each) => each.hash === hash);
      return succeeded && attempt?.purpose === 'call' && attempt.call + 1 === this.operation.calls.length;
    }).length;
  }

  /** What the engine does with the next step; @param wish replaces, or starts over. */
  act(wish: number): void {
    const step = nextStep(this.operation);
    if (step.do === 'sign') {
      this.#sign(step.call, 'call', this.#nextNonce());
    } else if (step.do === 'await-block') {
      const [latest] = step.attempts;
      if (wish === 0 && latest !== undefined) {
        this.#sign(latest.call, this.operation.cancelAsked ? 'cancel' : 'call', latest.nonce);
      }
    } else if (step.do === 'judge-refusal') {
      if (wish === 0) this.#write({ type: 'started-over', id: ID });
      else this.#sign(step.attempt.call, 'call', this.#nextNonce());
    } else if (step.do === 'end') {
      this.#write({ type: 'ended', id: ID, outcome: step.outcome, detail: null });
    }
  }

  /** A block has one of those that wait for its nonce, or another program's. */
  mine(wish: number): void {
    const nonce = this.#used.length;
    const waiting = this.operation.attempts.filter((each) => each.nonce === nonce);
    const attempt = waiting[wish % Math.max(1, waiting.length)];
    if (attempt === undefined || wish % 7 === 6) {
      this.#used.push({ hash: 'foreign', succeeded: true, final: false });
      return;
    }
    const succeeded = wish % 3 !== 0;
    this.#used.push({ hash: attempt.hash, succeeded, final: false });
    this.#write({
      type: 'mined',
      id: ID,
      hash: attempt.hash,
      blockNumber: nonce,
      blockHash: hashOf(1000 + nonce),
      succeeded,
      gasUsed: '1',
      feeWei: '1',
      effects: EFFECTS,
    });
  }

  undo(): void {
    const last = this.#used.at(-1);
    if (last === undefined || last.final) return;
    this.#used.pop();
    if (last.hash !== 'foreign') this.#write({ type: 'vanished', id: ID, hash: last.hash });
  }

  settle(): void {
    const index = this.#used.findIndex(({ final }) => !final);
    const next = this.#used[index];
    if (next === undefined) return;
    next.final = true;
    if (next.hash !== 'foreign') this.#write({ type: 'final', id: ID, hash: next.hash });
    else if (this.operation.attempts.some(({ nonce }) => nonce === index))
      this.#write({ type: 'superseded', id: ID, nonce: index });
  }

  cancel(): void {
    this.#write({ type: 'cancel-asked', id: ID });
  }

  /** Whether the nonce is used up, for good, by something else than the attempt's success. */
  isLost({ nonce, hash }: { nonce: number; hash: string }): boolean {
    const used = this.#used[nonce];
    return used?.final === true && !(used.hash === hash && used.succeeded);
  }

  /** After a block of others, before those that are not mined yet. */
  #nextNonce(): number {
    return Math.max(this.#used.length, ...this.operation.attempts.map(({ nonce }) => nonce + 1));
  }

  #sign(call: number, purpose: 'call' | 'cancel', nonce: number): void {
    this.#write({
      type: 'signed',
      id: ID,
      at: new Date(0).toISOString(),
      ...{ call, purpose, nonce },
      gasLimit: '1',
      gasPriceWei: '1',
      hash: hashOf(this.#nextHash++),
      raw: '0x00',
    });
  }

  #write(event: JournalEvent): void {
    this.operation = applyEvent(this.operation, event) ?? this.operation;
  }
}

const wishes = fc.array(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 20 })), {
  maxLength: 60,
});

describe('the next step of an operation', () => {
  it('never gives a call a second nonce before the first is used up for good without it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), wishes, (calls, moves) => {
        const story = new Story(calls);
        for (const [move, wish] of moves) {
          const step = nextStep(story.operation);
          if (step.do === 'sign' || step.do === 'judge-refusal') {
            expect(openNonces(story.operation)).toEqual([]);
            const call = step.do === 'sign' ? step.call : step.attempt.call;
            const isLast = call + 1 === calls;
            const before = story.operation.attempts.filter((each) => each.call === call && isLast);
            expect(before.every((attempt) => story.isLost(attempt))).toBe(true);
          }
          if (move < 5) story.act(wish);
          else if (move < 8) story.mine(wish);
          else if (move < 9) story.undo();
          else if (move < 11) story.settle();
          else if (wish === 0) story.cancel();
          expect(story.made).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('ends, once everything is in blocks and those are deep enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), wishes, (calls, moves) => {
        const story = new Story(calls);
        for (const [move, wish] of moves) {
          if (move < 5) story.act(wish);
          else if (move < 8) story.mine(wish);
          else if (move < 9) story.undo();
          else story.settle();
        }
        // From now on every transaction succeeds.
        for (let round = 0; round < 200 && story.operation.ended === null; round += 1) {
          story.act(1);
          if (openNonces(story.operation).length > 0) story.mine(1);
          story.settle();
        }
        expect(story.operation.ended?.outcome).toBe('done');
        expect(story.made).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it('does not start over what was made, nor while a nonce is open', () => {
    fc.assert(
      fc.property(wishes, (moves) => {
        const story = new Story(2);
        for (const [move, wish] of moves) {
          if (move < 5) story.act(wish);
          else if (move < 8) story.mine(wish);
          else if (move < 9) story.undo();
          else story.settle();
          if (!mayStartOver(story.operation)) continue;
          expect(story.made).toBe(0);
          expect(openNonces(story.operation)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
