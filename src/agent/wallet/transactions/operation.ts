import type { ClaimRelayRequest, ClaimRelayState } from '../../../shared/claim-relay.ts';
import type { UnsignedTransaction } from '../../../shared/signer-protocol.ts';
import type { WalletAction, WalletCall, WalletEffects } from '../../../shared/wallet-transactions.ts';
import type { JournalEvent } from './journal-event.ts';

interface MinedIn {
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  readonly feeWei: bigint;
  readonly effects: WalletEffects;
  readonly final: boolean;
}

/** One signed transaction. Those of one nonce exclude each other. */
export interface Attempt {
  readonly call: number;
  readonly purpose: 'call' | 'cancel';
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly gasPriceWei: bigint;
  readonly hash: string;
  readonly raw: string;
  readonly signedAt: string;
  readonly sent: boolean;
  readonly mined: MinedIn | null;
  /** Another program's transaction has its nonce, for good. */
  readonly superseded: boolean;
}

interface RelayQuestion extends ClaimRelayRequest {
  readonly at: string;
  /** The contract's, for which it was signed; null: it was not. */
  readonly nonce: string | null;
}

/** A claim that the gateway sends. */
interface Relay {
  /** Oldest first; a new one when the root changed, or a signature went out of date. */
  readonly asked: readonly RelayQuestion[];
  /** What it said last; not believed. */
  readonly told: ClaimRelayState | null;
  /** The transactions that it named, newest last. */
  readonly named: readonly string[];
  readonly settled: {
    readonly hash: string | null;
    readonly blockNumber: number | null;
    readonly effects: WalletEffects;
  } | null;
}

/** Something that the user wants done on the chain, from its confirmation to its end. */
export interface Operation {
  readonly id: string;
  readonly at: string;
  readonly account: string;
  readonly action: WalletAction;
  readonly calls: readonly WalletCall[];
  readonly signElsewhere: boolean;
  /** The gateway sends it; it has no attempts of its own. */
  readonly relayed: boolean;
  readonly prepared: { readonly call: number; readonly unsigned: UnsignedTransaction } | null;
  readonly attempts: readonly Attempt[];
  /** How often its calls began with the first again, and how many attempts there were when they last did. */
  readonly startedOver: { readonly times: number; readonly attempts: number };
  readonly relay: Relay;
  readonly cancelAsked: boolean;
  readonly ended: {
    readonly outcome: 'done' | 'failed' | 'cancelled';
    readonly detail: string | null;
  } | null;
}

/** Of the transactions that a gateway names for one claim; each is asked for once. */
const MOST_NAMED = 8;

const UNTOUCHED = {
  prepared: null,
  attempts: [],
  startedOver: { times: 0, attempts: 0 },
  relay: { asked: [], told: null, named: [], settled: null },
  cancelAsked: false,
  ended: null,
} satisfies Partial<Operation>;

/** The operation after an event; undefined when the event is of one that was never intended. */
export function applyEvent(operation: Operation | undefined, event: JournalEvent): Operation | undefined {
  if (event.type === 'intended') {
    const { type: _type, ...intent } = event;
    return operation ?? { ...intent, ...UNTOUCHED };
  }
  if (operation === undefined) return undefined;
  switch (event.type) {
    case 'prepared':
      return { ...operation, prepared: { call: event.call, unsigned: event.unsigned } };
    case 'signed': {
      const { type: _type, id: _id, at, gasLimit, gasPriceWei, ...rest } = event;
      const attempt: Attempt = {
        ...rest,
        signedAt: at,
        gasLimit: BigInt(gasLimit),
        gasPriceWei: BigInt(gasPriceWei),
        sent: false,
        mined: null,
        superseded: false,
      };
      return { ...operation, prepared: null, attempts: [...operation.attempts, attempt] };
    }
    case 'sent':
      return changeAttempt(operation, event.hash, () => ({ sent: true }));
    case 'mined': {
      const { blockNumber, blockHash, succeeded, effects } = event;
      const gasUsed = BigInt(event.gasUsed);
      const feeWei = BigInt(event.feeWei);
      const mined = { blockNumber, blockHash, succeeded, gasUsed, feeWei, effects, final: false };
      return changeAttempt(operation, event.hash, () => ({ mined }));
    }
    case 'vanished':
      // Even what had ended: its transaction is to be sent again.
      return changeAttempt({ ...operation, ended: null }, event.hash, () => ({ mined: null }));
    case 'final':
      return changeAttempt(operation, event.hash, ({ mined }) => ({
        mined: mined && { ...mined, final: true },
      }));
    case 'superseded': {
      const attempts = operation.attempts.map((each) =>
        each.nonce === event.nonce ? { ...each, superseded: true } : each,
      );
      return { ...operation, attempts };
    }
    case 'rebuilt':
      return { ...operation, calls: event.calls };
    case 'started-over': {
      const { attempts, startedOver } = operation;
      if (!mayStartOver(operation)) return operation;
      return { ...operation, startedOver: { times: startedOver.times + 1, attempts: attempts.length } };
    }
    case 'relay-asked': {
      const { at, cumulative, stake, nonce } = event;
      const asked = [...operation.relay.asked, { at, cumulative, stake, nonce }];
      return { ...operation, relay: { ...operation.relay, asked, told: null } };
    }
    case 'relay-told': {
      const { relay } = operation;
      const hash = event.told.transactionHash;
      const isNew = hash !== null && !relay.named.includes(hash);
      const named = isNew ? [...relay.named, hash].slice(-MOST_NAMED) : relay.named;
      return { ...operation, relay: { ...relay, told: event.told, named } };
    }
    case 'relay-settled': {
      const { hash, blockNumber, effects } = event;
      return { ...operation, relay: { ...operation.relay, settled: { hash, blockNumber, effects } } };
    }
    case 'cancel-asked':
      return { ...operation, cancelAsked: true };
    case 'ended':
      return { ...operation, ended: { outcome: event.outcome, detail: event.detail } };
  }
}

function changeAttempt(
  operation: Operation,
  hash: string,
  change: (attempt: Attempt) => Partial<Attempt>,
): Operation {
  const attempts = operation.attempts.map((each) =>
    each.hash === hash ? { ...each, ...change(each) } : each,
  );
  return { ...operation, attempts };
}

/** What its transactions, and the gateway's, did to the account's GATA. */
export function effectsOfOperation({ attempts, relay }: Operation): readonly WalletEffects[] {
  const own = attempts.flatMap(({ mined }) => (mined === null ? [] : [mined.effects]));
  return relay.settled === null ? own : [...own, relay.settled.effects];
}

/** What an operation does next. */
export type NextStep =
  /** Nothing, for good. */
  | { readonly do: 'nothing' }
  /** Signs a call with a nonce of its own; every nonce before is used up. */
  | { readonly do: 'sign'; readonly call: number }
  /** Waits until one of the attempts of one nonce is in a block, and sends them again. */
  | { readonly do: 'await-block'; readonly attempts: readonly Attempt[] }
  /** Waits until its blocks are deep enough. */
  | { readonly do: 'await-depth' }
  /** The gateway is asked for it. */
  | { readonly do: 'relay' }
  /** A call was refused, or kept out, for good: tries it again or gives up. */
  | { readonly do: 'judge-refusal'; readonly attempt: Attempt }
  | { readonly do: 'end'; readonly outcome: 'done' | 'cancelled' };

/**
 * Pure. A call gets a second nonce only when its first was used up, for good, by a transaction that did not make the
 * call: so nothing is ever done twice. (Calls before the last only prepare it and may be made again, when the last was
 * not made, for good: see `mayStartOver`.)
 */
export function nextStep(operation: Operation): NextStep {
  if (operation.ended !== null) return { do: 'nothing' };
  if (operation.relayed) return { do: 'relay' };
  const open = openNonces(operation)[0];
  if (open !== undefined) return { do: 'await-block', attempts: open };
  const settled = operation.attempts.filter(({ mined, superseded }) => superseded || mined !== null);
  const isFinal = settled.every(isSettledForGood);
  if (isMade(operation)) return isFinal ? { do: 'end', outcome: 'done' } : { do: 'await-depth' };
  const last = operation.attempts
    .slice(operation.startedOver.attempts)
    .findLast((each) => settled.includes(each));
  const mayGoOn = !operation.cancelAsked && (last === undefined ? isFinal : hasHappened(last));
  if (mayGoOn) return { do: 'sign', call: last === undefined ? 0 : last.call + 1 };
  if (!isFinal) return { do: 'await-depth' };
  if (operation.cancelAsked || last === undefined) return { do: 'end', outcome: 'cancelled' };
  return { do: 'judge-refusal', attempt: last };
}

/** Whether a block has its last call. */
function isMade({ attempts, calls }: Operation): boolean {
  return attempts.some((each) => each.call + 1 === calls.length && hasHappened(each));
}

/** Whether its calls may begin with the first again: all nonces are used up, for good, and not by its last call. */
export function mayStartOver(operation: Operation): boolean {
  const groups = [...Map.groupBy(operation.attempts, ({ nonce }) => nonce).values()];
  const isOver = groups.every((group) => group.some(isSettledForGood));
  return !operation.relayed && isOver && !isMade(operation);
}

function hasHappened({ purpose, mined }: Attempt): boolean {
  return purpose === 'call' && mined?.succeeded === true;
}

function isSettledForGood({ mined, superseded }: Attempt): boolean {
  return superseded || mined?.final === true;
}

/** The attempts of each nonce of which no block has one yet, by nonce. */
export function openNonces(operation: Operation): readonly Attempt[][] {
  const groups = [...Map.groupBy(operation.attempts, ({ nonce }) => nonce).values()];
  return groups.filter((group) => group.every(({ mined, superseded }) => mined === null && !superseded));
}
