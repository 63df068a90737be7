import type { ClaimRelayOffer } from '../../../shared/claim-relay.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { RewardProof } from '../../../shared/reward-proof.ts';
import type { RewardProofs } from '../actions/reward-proofs.ts';
import type { ClaimRelay } from '../relay/claim-relay-client.ts';

/** What a gateway says changes with its epochs, and many wallets ask it. */
const FRESH_MS = 20_000;

interface Remembered<Value> {
  readonly account: string;
  readonly value: Value;
  readonly askedAtMs: number;
}

/** What the gateway said of an account a moment ago; while it does not answer, what it said last. */
export class RememberedGateway {
  readonly #proofs: RewardProofs;
  readonly #relay: Pick<ClaimRelay, 'offer'>;
  #proof: Remembered<RewardProof | undefined> | undefined;
  #offer: Remembered<ClaimRelayOffer> | undefined;
  #freshFromMs = Number.NEGATIVE_INFINITY;

  constructor(proofs: RewardProofs, relay: Pick<ClaimRelay, 'offer'>) {
    this.#proofs = proofs;
    this.#relay = relay;
  }

  /** The next question goes to the gateway. */
  askAnew(): void {
    this.#freshFromMs = performance.now();
  }

  /**
   * The newest proof, or the last one, which the contract takes as well, and why it is old.
   * @throws GataError `gateway-unreachable` when it never said one.
   */
  async proofOf(account: string): Promise<{ proof: RewardProof | undefined; problem: string | null }> {
    const known = this.#proof?.account === account ? this.#proof : undefined;
    if (known !== undefined && this.#isFresh(known)) return { proof: known.value, problem: null };
    const askedAtMs = performance.now();
    try {
      const value = await this.#proofs.proofOf(account);
      this.#proof = { account, value, askedAtMs };
      return { proof: value, problem: null };
    } catch (error) {
      if (known === undefined) throw error;
      return { proof: known.value, problem: GataError.from(error).message };
    }
  }

  /** @throws GataError `gateway-unreachable`. */
  async offer(account: string): Promise<ClaimRelayOffer> {
    const known = this.#offer?.account === account ? this.#offer : undefined;
    if (known !== undefined && this.#isFresh(known)) return known.value;
    const askedAtMs = performance.now();
    const value = await this.#relay.offer(account);
    this.#offer = { account, value, askedAtMs };
    return value;
  }

  #isFresh({ askedAtMs }: Remembered<unknown>): boolean {
    return askedAtMs >= this.#freshFromMs && performance.now() - askedAtMs < FRESH_MS;
  }
}
