import { GataError } from '../../../shared/gata-error.ts';
import { type RewardProof, rewardProofSchema } from '../../../shared/reward-proof.ts';

const TIMEOUT_MS = 10_000;

/** Who knows an account's leaf in the newest root. */
export interface RewardProofs {
  /** undefined: no root names the account. @throws GataError `gateway-unreachable`. */
  proofOf(account: string): Promise<RewardProof | undefined>;
}

/** Asks the gateway. What it says needs no trust: the contract checks it. */
export class GatewayRewardProofs implements RewardProofs {
  readonly #gatewayUrl: string;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl;
  }

  async proofOf(account: string): Promise<RewardProof | undefined> {
    try {
      const response = await fetch(`${this.#gatewayUrl}/v1/rewards/${account}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`it answers ${response.status}`);
      return rewardProofSchema.parse(await response.json());
    } catch (cause) {
      throw new GataError(
        'gateway-unreachable',
        'The gateway does not say what can be claimed. Nothing is lost; try again later.',
        { cause },
      );
    }
  }
}
