import type { Operation } from '../transactions/operation.ts';

/** What a relayed claim's next step depends on, besides the operation. */
export interface RelayFacts {
  /** What the account was paid since the beginning, in wei, by the newest block. */
  readonly paidNowWei: bigint;
  /** The same, as deep in the chain as the wallet waits for. */
  readonly paidForGoodWei: bigint;
  /** Unix seconds of that deep block: no earlier one can come any more. */
  readonly settledChainSeconds: number;
  /** Unix seconds of the newest block. */
  readonly chainSeconds: number;
  readonly nowMs: number;
  /** How long the gateway has. */
  readonly relayMs: number;
}

export type RelayStep =
  /** The account was paid, for good. */
  | { readonly do: 'settle' }
  /** The account was paid, by a block that may still be replaced. */
  | { readonly do: 'await-depth' }
  /** Asks with the leaf of now, signed where it must be. */
  | { readonly do: 'ask-anew' }
  /** Asks the same again. */
  | { readonly do: 'ask' }
  /** The gateway refuses: asks for more if the root has changed since, else gives up. */
  | { readonly do: 'judge-refusal' }
  | { readonly do: 'wait'; readonly why: string }
  | { readonly do: 'end'; readonly outcome: 'failed' | 'cancelled'; readonly detail: string };

/**
 * Pure. It ends without the payment only when no signature of it is good any more, unless the gateway refused it; a
 * claim without a signature can be sent by anybody at any time, and pays only the account.
 */
export function nextRelayStep(operation: Operation, facts: RelayFacts): RelayStep {
  const { relay, at, cancelAsked } = operation;
  const { asked, told } = relay;
  const [first] = asked;
  const last = asked.at(-1);
  if (first !== undefined && facts.paidForGoodWei >= BigInt(first.cumulative)) return { do: 'settle' };
  if (first !== undefined && facts.paidNowWei >= BigInt(first.cumulative)) return { do: 'await-depth' };
  const isLate = facts.nowMs - Date.parse(at) > facts.relayMs;
  const deadlines = asked.map(({ stake }) => stake?.deadline ?? 0);
  const goodUntil = Math.max(0, ...deadlines);
  if (cancelAsked || isLate) {
    if (facts.settledChainSeconds <= goodUntil && told?.state !== 'refused') {
      const until = new Date(goodUntil * 1000).toISOString();
      return { do: 'wait', why: `The gateway may still use the signature that it has, until ${until}.` };
    }
    return { do: 'end', ...endOf(operation) };
  }
  if (last === undefined) return { do: 'ask-anew' };
  const isOutOfDate = last.stake !== null && last.stake.deadline < facts.chainSeconds;
  if (isOutOfDate) return { do: 'ask-anew' };
  return { do: told?.state === 'refused' ? 'judge-refusal' : 'ask' };
}

/** How it ends without the payment. */
export function endOf({ cancelAsked, relay }: Operation): {
  outcome: 'failed' | 'cancelled';
  detail: string;
} {
  const isAsked = relay.asked.length > 0;
  if (cancelAsked) {
    const detail = isAsked ? 'If the gateway sends it all the same, it is paid to you.' : 'Nothing was sent.';
    return { outcome: 'cancelled', detail };
  }
  const says = relay.told?.state;
  const why =
    relay.told?.detail ??
    (says === 'sent' || says === 'done'
      ? 'It says that it did, but the chain does not have it; if it comes after all, it is paid to you.'
      : isAsked
        ? 'It did not say why.'
        : 'There was nothing to ask it for.');
  const detail = `The gateway did not send it. ${why} Nothing is lost: claim again, or pay the fee yourself.`;
  return { outcome: 'failed', detail };
}
