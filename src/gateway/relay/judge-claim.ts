import type { RelayLimits } from './relay-options.ts';

/** What the relay's own account is like; undefined: the chain has not answered yet. */
export type RelayHealth = { readonly gasPriceWei: bigint; readonly coinsWei: bigint } | undefined;

/** What an offer depends on. */
export interface OfferFacts {
  readonly health: RelayHealth;
  /** Of the account, in the last twenty-four hours, without those that were refused. */
  readonly claimsOfAccount: number;
  /** In the last twenty-four hours, in wei of the chain's coin. */
  readonly spentWei: bigint;
  readonly waiting: number;
}

export interface ClaimFacts extends OfferFacts {
  /** What is asked for. */
  readonly cumulativeWei: bigint;
  /** Of the account's leaf in the root that pays; undefined: it has none. */
  readonly leafWei: bigint | undefined;
  /** What the account was paid since the beginning. */
  readonly claimedWei: bigint;
}

/** More claims than this do not wait: the next account is told to pay for itself. */
const MOST_WAITING = 200;

/** Pure. @returns why no claim of this account would be taken now, in a sentence; null: it would. */
export function whyNotOffered(facts: OfferFacts, limits: RelayLimits): string | null {
  const { health, claimsOfAccount, spentWei, waiting } = facts;
  if (health === undefined) return 'The gateway does not reach the chain at the moment.';
  if (spentWei >= limits.gasPerDayWei) return "The gateway's budget for fees is used up for today.";
  if (claimsOfAccount >= limits.claimsPerAccountAndDay) {
    return `The gateway sends ${limits.claimsPerAccountAndDay} claims an account and day; yours are used up.`;
  }
  if (health.gasPriceWei > limits.gasPriceCeilingWei) {
    return 'The price of gas is higher than the gateway pays at the moment.';
  }
  if (health.coinsWei === 0n) return "The gateway's account has no coins to pay fees with.";
  if (waiting >= MOST_WAITING) return 'Too many claims wait already.';
  return null;
}

/** Pure. @returns why the claim is refused, in a sentence; null: it is taken. */
export function whyRefused(facts: ClaimFacts, limits: RelayLimits): string | null {
  const { leafWei, cumulativeWei, claimedWei } = facts;
  if (leafWei === undefined) return 'No root that pays names this account yet.';
  if (cumulativeWei !== leafWei) {
    return `The root that pays says ${leafWei} wei for this account. Fetch the newest proof and ask again.`;
  }
  if (cumulativeWei - claimedWei < limits.minimumWei) {
    return `The gateway sends claims of ${limits.minimumWei} wei and more; this one is of ${cumulativeWei - claimedWei}.`;
  }
  return whyNotOffered(facts, limits);
}
