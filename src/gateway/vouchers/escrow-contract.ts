import { z } from 'zod';
import type { Receipt } from '../../shared/chain/rpc/chain-answers.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { ContractCall } from '../chain/chain-account.ts';
import { NetworkContract } from '../chain/network-contract.ts';
import type { ChargeSplit } from '../ledger/voucher-entries.ts';

export interface SignedVoucher {
  /** Who signed. */
  readonly address: string;
  /** What may be charged since the beginning, in wei. */
  readonly cumulativeWei: bigint;
  readonly signature: string;
}

/** What a transaction charged, by address in lower case. */
export interface Charged {
  readonly cumulativeOf: ReadonlyMap<string, bigint>;
  readonly split: ChargeSplit;
}

const amountSchema = z.tuple([z.bigint()]).transform(([amount]) => amount);

/** The buyers' deposits, as one gateway sees them. */
export class EscrowContract {
  readonly #escrow: NetworkContract;
  readonly #gateway: string;

  /** @param gateway whose vouchers they are. */
  constructor(profile: NetworkProfile, gateway: string) {
    this.#escrow = new NetworkContract(profile, 'escrow');
    this.#gateway = gateway;
  }

  /** What the buyer was charged by this gateway since the beginning. */
  async charged(view: ChainView, buyer: string): Promise<bigint> {
    return amountSchema.parse(await this.#escrow.read(view, 'charged', buyer, this.#gateway));
  }

  /** The same some blocks ago; undefined when too few endpoints say so. */
  async chargedAt(view: ChainView, height: number, buyer: string): Promise<bigint | undefined> {
    const answer = await this.#escrow.readSure(view, height, 'charged', buyer, this.#gateway);
    return answer && amountSchema.parse(answer);
  }

  /** The deposit without what the buyer wants back. */
  async available(view: ChainView, buyer: string): Promise<bigint> {
    return amountSchema.parse(await this.#escrow.read(view, 'availableTo', buyer));
  }

  /** The same some blocks ago; undefined when too few endpoints say so. */
  async availableAt(view: ChainView, height: number, buyer: string): Promise<bigint | undefined> {
    const answer = await this.#escrow.readSure(view, height, 'availableTo', buyer);
    return answer && amountSchema.parse(answer);
  }

  async deposit(view: ChainView, buyer: string): Promise<bigint> {
    return amountSchema.parse(await this.#escrow.read(view, 'depositOf', buyer));
  }

  async stakersShare(view: ChainView): Promise<bigint> {
    return amountSchema.parse(await this.#escrow.read(view, 'stakersShare'));
  }

  /** Asks the contract whether it would take the voucher. @throws CallRevertedError when not. */
  async tryCharge(view: ChainView, voucher: SignedVoucher): Promise<void> {
    await this.#escrow.read(view, 'charge', this.#encoded([voucher]));
  }

  charge(vouchers: readonly SignedVoucher[]): ContractCall {
    return this.#escrow.call('charge', this.#encoded(vouchers));
  }

  payStakers(): ContractCall {
    return this.#escrow.call('payStakers');
  }

  /** What a transaction of `charge` did; undefined when it charged nobody for this gateway. */
  chargedBy(receipt: Receipt): Charged | undefined {
    const cumulativeOf = new Map<string, bigint>();
    let split: ChargeSplit | undefined;
    for (const { address, topics, data } of receipt.logs) {
      if (address.toLowerCase() !== this.#escrow.address.toLowerCase()) continue;
      const event = this.#escrow.abi.parseLog({ topics, data });
      if (event?.name === 'Charged' && String(event.args[1]).toLowerCase() === this.#gateway.toLowerCase()) {
        cumulativeOf.set(String(event.args[0]).toLowerCase(), BigInt(event.args[3]));
      }
      if (event?.name === 'Split') {
        const [toNodesWei, toProtocolWei, toStakersWei] = splitSchema.parse(event.args.toArray());
        split = { toNodesWei, toProtocolWei, toStakersWei };
      }
    }
    return split === undefined || cumulativeOf.size === 0 ? undefined : { cumulativeOf, split };
  }

  #encoded(vouchers: readonly SignedVoucher[]): readonly (readonly [string, string, bigint, string])[] {
    return vouchers.map(({ address, cumulativeWei, signature }) => [
      address,
      this.#gateway,
      cumulativeWei,
      signature,
    ]);
  }
}

const splitSchema = z.tuple([z.bigint(), z.bigint(), z.bigint()]);
