import { verifyTypedData } from 'ethers/hash';
import { z } from 'zod';
import { hexDataSchema } from '../../shared/chain/rpc/chain-answers.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import { CLAIM_AND_STAKE_TYPES, rewardsDomain } from '../../shared/chain/typed-data.ts';
import type { ClaimRelayRequest } from '../../shared/claim-relay.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { ContractCall } from '../chain/chain-account.ts';
import { NetworkContract } from '../chain/network-contract.ts';
import type { ClaimKey } from './claim-store.ts';

type Stake = NonNullable<ClaimRelayRequest['stake']>;

const amountSchema = z.tuple([z.bigint()]).transform(([amount]) => amount);
const fieldsOf = (fields: readonly { readonly name: string; readonly type: string }[]) =>
  fields.map(({ name, type }) => ({ name, type }));

/** What the relay asks of the distributor, and the calls that it makes. */
export class ClaimContract {
  readonly #rewards: NetworkContract;
  readonly #profile: NetworkProfile;

  constructor(profile: NetworkProfile) {
    this.#profile = profile;
    this.#rewards = new NetworkContract(profile, 'rewards');
  }

  /** What the account was paid since the beginning. */
  async claimed(view: ChainView, account: string): Promise<bigint> {
    return amountSchema.parse(await this.#rewards.read(view, 'claimed', account));
  }

  /** The same some blocks ago; undefined when too few endpoints say so. */
  async claimedAt(view: ChainView, height: number, account: string): Promise<bigint | undefined> {
    const answer = await this.#rewards.readSure(view, height, 'claimed', account);
    return answer && amountSchema.parse(answer);
  }

  claim({ account, cumulativeWei }: ClaimKey, proof: readonly string[], stake: Stake | null): ContractCall {
    if (stake === null) return this.#rewards.call('claim', account, cumulativeWei, proof);
    const { deadline, signature } = stake;
    return this.#rewards.call('claimAndStake', account, cumulativeWei, proof, deadline, signature);
  }

  /**
   * Whether the account signed this, with the contract's nonce of now. Signatures of accounts that are contracts only
   * the chain can check; they are tried before they are sent, as everything is.
   */
  async isSigned(view: ChainView, { account, cumulativeWei }: ClaimKey, stake: Stake): Promise<boolean> {
    const nonce = amountSchema.parse(await this.#rewards.read(view, 'nonces', account));
    const { chainId, contracts } = this.#profile;
    const message = { account, cumulative: cumulativeWei, nonce, deadline: stake.deadline };
    const types = { ClaimAndStake: fieldsOf(CLAIM_AND_STAKE_TYPES.ClaimAndStake) };
    const domain = rewardsDomain(chainId, contracts.rewards);
    try {
      const signer = verifyTypedData(domain, types, message, stake.signature);
      if (signer.toLowerCase() === account) return true;
    } catch {
      // Not the form of an ordinary signature.
    }
    const code = await view.ask('eth_getCode', [account, view.heightTag], hexDataSchema);
    return code.value !== '0x';
  }
}
