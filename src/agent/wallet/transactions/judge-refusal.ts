import { type Attempt, mayStartOver, type Operation } from './operation.ts';

const MOST_REFUSALS = 5;
const MOST_STARTS_OVER = 5;

/** What is done about a call that the contract would refuse. */
export type ForecastJudgement =
  | { readonly do: 'end'; readonly outcome: 'done' | 'failed'; readonly detail: string }
  /** Asks for the newest proof. */
  | { readonly do: 'rebuild' }
  | { readonly do: 'start-over' }
  | { readonly do: 'wait'; readonly why: string };

export interface Forecast {
  readonly call: number;
  /** The name of the contract's error. */
  readonly reason: string;
  /** A transaction of the wallet is not final: it may be undone, and the call be possible again. */
  readonly isUnsettled: boolean;
  readonly nowMs: number;
  /** How long a claim waits for a proof that the chain takes. */
  readonly proofMs: number;
}

/** Pure. Before it is signed: the contract would refuse the call. */
export function judgeForecast(operation: Operation, forecast: Forecast): ForecastJudgement {
  const { call, reason, isUnsettled, nowMs, proofMs } = forecast;
  if (isClaim(operation)) {
    if (reason === 'NothingToClaim' && !isUnsettled) {
      const detail = 'There was nothing left to claim: it was paid by another transaction.';
      return { do: 'end', outcome: 'done', detail };
    }
    if (nowMs - Date.parse(operation.at) < proofMs) return { do: 'rebuild' };
  }
  if (isUnsettled) return { do: 'wait', why: 'It waits until what was sent before is final.' };
  // Another operation may have used up what the calls before prepared.
  const { times } = operation.startedOver;
  if (call > 0 && mayStartOver(operation) && times < MOST_STARTS_OVER) return { do: 'start-over' };
  const refused = operation.attempts.findLast(({ mined }) => mined?.succeeded === false);
  const what =
    refused === undefined
      ? 'Nothing was sent: the contract would refuse it'
      : `The contract refused it, in transaction ${refused.hash}, and would refuse it again`;
  return { do: 'end', outcome: 'failed', detail: `${what} (${reason}).` };
}

/**
 * Pure. After a block had it without success, for good, or another program used its nonce: why it is given up; null:
 * it is tried again, unless the contract would refuse it once more.
 */
export function giveUpReason(operation: Operation, { hash, mined }: Attempt): string | null {
  const refusals = operation.attempts.filter(
    (each) => each.superseded || each.mined?.succeeded === false,
  ).length;
  // Who replaced it elsewhere may have made the call there; a claim cannot be made twice.
  const mayRetry = isClaim(operation) || mined !== null;
  if (mayRetry && refusals < MOST_REFUSALS) return null;
  return mined === null
    ? 'Another program used this wallet at the same time, so it was not done.'
    : `The contract refused it, in transaction ${hash}; the fee was paid, nothing else happened.`;
}

/** A claim pays what is due once, whoever sends it and however often. */
export function isClaim({ action }: Pick<Operation, 'action'>): boolean {
  return action.kind === 'claim' || action.kind === 'claim-and-stake';
}
