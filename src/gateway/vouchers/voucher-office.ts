import { CallRevertedError } from '../../shared/chain/rpc/call-reverted.ts';
import type { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { VoucherRow } from '../store/database-schema.ts';
import type { EscrowContract, SignedVoucher } from './escrow-contract.ts';
import type { VoucherStore } from './voucher-store.ts';

export interface VoucherOfficeParts {
  readonly chain: ChainAccess;
  readonly escrow: EscrowContract;
  readonly store: VoucherStore;
  /** Whom vouchers name. */
  readonly gateway: string;
  /** Blocks that a deposit must be old. */
  readonly confirmations: number;
  readonly clock: Clock;
}

const HIGHEST_UINT256 = 2n ** 256n - 1n;

/** Takes buyers' vouchers. */
export class VoucherOffice {
  readonly #parts: VoucherOfficeParts;

  constructor(parts: VoucherOfficeParts) {
    this.#parts = parts;
  }

  /** What a voucher must say: the contract that checks it, its chain, and whom it names. */
  get terms(): { readonly gateway: string; readonly escrow: string; readonly chainId: number } {
    const { profile } = this.#parts.chain;
    return { gateway: this.#parts.gateway, escrow: profile.contracts.escrow, chainId: profile.chainId };
  }

  async ofBuyer(buyerId: string): Promise<VoucherRow[]> {
    return await this.#parts.store.ofBuyer(buyerId);
  }

  /**
   * Checks a voucher and credits the buyer with what it adds to the one before. The same one again changes nothing.
   * @throws GataError `unauthorized` for a bad signature, `conflict` when it is not higher than the one before or the
   * address is another buyer's, `invalid-request` when the deposit does not cover it; what the chain throws.
   */
  async handIn(buyerId: string, voucher: SignedVoucher): Promise<void> {
    const { chain, store, escrow, clock } = this.#parts;
    if (voucher.cumulativeWei > HIGHEST_UINT256) {
      throw new GataError('invalid-request', 'The amount does not fit into 256 bits.', {
        param: 'cumulative',
      });
    }
    const row = await store.of(voucher.address);
    if (row !== undefined && row.buyer_id !== buyerId) {
      throw new GataError('conflict', 'Vouchers of this address came with another API key. Use that key.');
    }
    if (row !== undefined && voucher.cumulativeWei <= BigInt(row.cumulative_wei)) {
      if (voucher.cumulativeWei === BigInt(row.cumulative_wei) && row.signature === voucher.signature) return;
      throw notHigher(row.cumulative_wei);
    }
    const view = await chain.look();
    const chargedWei = await escrow.charged(view, voucher.address);
    if (voucher.cumulativeWei <= chargedWei) throw notHigher(String(chargedWei));
    await this.#requireCover(view, voucher, chargedWei);
    await this.#requireValid(view, voucher);
    if (await store.accept(buyerId, voucher, { row, chargedWei }, clock.now())) return;
    throw new GataError(
      'conflict',
      'Another voucher came in between. Look at it, then hand in a higher one.',
    );
  }

  /** The deposit must cover it now and some blocks ago, so that it is there for good. */
  async #requireCover(
    view: ChainView,
    { address, cumulativeWei }: SignedVoucher,
    chargedWei: bigint,
  ): Promise<void> {
    const { escrow, confirmations } = this.#parts;
    const deep = view.height - confirmations;
    const chargedBefore = await escrow.chargedAt(view, deep, address);
    const availableBefore = await escrow.availableAt(view, deep, address);
    if (chargedBefore === undefined || availableBefore === undefined) {
      throw new GataError(
        'chain-unreachable',
        'Too few endpoints of the chain answer to be sure of the deposit. Hand the voucher in again later.',
      );
    }
    const available = await escrow.available(view, address);
    if (cumulativeWei - chargedWei <= available && cumulativeWei - chargedBefore <= availableBefore) return;
    throw new GataError(
      'invalid-request',
      `The deposit does not cover the voucher: ${cumulativeWei - chargedWei} wei would be charged, the deposit has ${available} now and had ${availableBefore} ${confirmations} blocks ago. Deposit more, wait so many blocks, and hand it in again.`,
      { param: 'cumulative' },
    );
  }

  /** By the contract itself, which knows the signatures of contracts too. */
  async #requireValid(view: ChainView, voucher: SignedVoucher): Promise<void> {
    try {
      await this.#parts.escrow.tryCharge(view, voucher);
    } catch (error) {
      if (!(error instanceof CallRevertedError)) throw error;
      if (error.reason === 'BadSignature') {
        throw new GataError(
          'unauthorized',
          "The signature is not the address's. GET /v1/buyers/me/voucher says what to sign.",
        );
      }
      throw new GataError('conflict', `The escrow would refuse the voucher: ${error.reason}.`);
    }
  }
}

function notHigher(wei: string): GataError {
  return new GataError(
    'conflict',
    `A voucher says what may be charged since the beginning, so it must be above ${wei} wei.`,
    { param: 'cumulative' },
  );
}
