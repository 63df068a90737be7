import type { Logger } from 'pino';
import { CallRevertedError } from '../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Chore } from '../chain/account-worker.ts';
import type { OnEnd } from '../chain/outbox.ts';
import type { TransactionDesk } from '../chain/transaction-desk.ts';
import type { FeeSplit } from '../ledger/fee-split.ts';
import {
  type ChargeableVoucher,
  type ChargeTerms,
  chooseVouchers,
  isChargeDue,
  type WaitingVoucher,
} from './choose-vouchers.ts';
import type { EscrowContract } from './escrow-contract.ts';
import type { VoucherStore } from './voucher-store.ts';

export interface ChargeCollectorParts {
  readonly store: VoucherStore;
  readonly escrow: EscrowContract;
  readonly desk: TransactionDesk;
  readonly feeSplit: () => FeeSplit;
  readonly terms: ChargeTerms;
  /** Blocks after which a charge by somebody else counts as there for good. */
  readonly confirmations: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** When no voucher could be charged, the chain is asked again after so long. */
const REST_MS = 60_000;

/**
 * Charges buyers' newest vouchers on the chain, and gives the stakers their share. What was charged is booked when the
 * chain has it for good, whoever submitted the voucher: anybody may.
 */
export class ChargeCollector implements Chore {
  readonly #parts: ChargeCollectorParts;
  #restsUntilMs = 0;
  /** Asked once after the start, and after each charge. */
  #mayOweStakers = true;

  constructor(parts: ChargeCollectorParts) {
    this.#parts = parts;
  }

  async advance(view: ChainView): Promise<boolean> {
    const { store, terms, clock } = this.#parts;
    const waiting = await store.waiting();
    const now = clock.now();
    if (now.getTime() < this.#restsUntilMs || !isChargeDue(waiting, terms, now)) {
      return await this.#payStakers(view);
    }
    if (await this.#bookOthers(view, waiting)) return true;
    const vouchers = await this.#chargeable(view, waiting);
    if (vouchers.length === 0) {
      this.#restsUntilMs = now.getTime() + REST_MS;
      return false;
    }
    this.#mayOweStakers = true;
    const { desk, escrow } = this.#parts;
    await desk.send(view, { purpose: 'charge', subject: String(vouchers.length) }, escrow.charge(vouchers));
    return true;
  }

  /** Books a charge together with its end. */
  async booked(...[tx, { entry, receipt, isDone }]: Parameters<OnEnd>): Promise<void> {
    const { store, escrow, clock } = this.#parts;
    if (entry.purpose !== 'charge' || receipt === undefined || !isDone) return;
    const charged = escrow.chargedBy(receipt);
    if (charged !== undefined) {
      await store.book(tx, `charge:${receipt.transactionHash}`, charged, clock.now());
    }
  }

  /** @returns whether a charge was found that no transaction of the gateway's made. */
  async #bookOthers(view: ChainView, waiting: readonly WaitingVoucher[]): Promise<boolean> {
    const { store, escrow, feeSplit, confirmations, clock } = this.#parts;
    let isBooked = false;
    for (const { address, chargedWei } of waiting) {
      const onChainWei = await escrow.chargedAt(view, view.height - confirmations, address);
      if (onChainWei === undefined || onChainWei <= chargedWei) continue;
      const { nodes, protocol, stakers } = feeSplit();
      const split = {
        toNodesWei: BigInt(nodes),
        toProtocolWei: BigInt(protocol),
        toStakersWei: BigInt(stakers),
      };
      await store.bookOne(address, onChainWei, split, clock.now());
      isBooked = true;
    }
    return isBooked;
  }

  async #chargeable(
    view: ChainView,
    waiting: readonly WaitingVoucher[],
  ): Promise<readonly ChargeableVoucher[]> {
    const { escrow, desk, log } = this.#parts;
    const looked: ChargeableVoucher[] = [];
    for (const voucher of waiting) {
      const { address } = voucher;
      const chargedOnChainWei = await escrow.charged(view, address);
      looked.push({ ...voucher, chargedOnChainWei, depositWei: await escrow.deposit(view, address) });
    }
    const { charge, uncovered } = chooseVouchers(looked);
    for (const { address, cumulativeWei, chargedOnChainWei, depositWei } of uncovered) {
      const amountWei = String(cumulativeWei - chargedOnChainWei);
      log.error(
        { address, amountWei, depositWei: String(depositWei) },
        'a deposit no longer covers its voucher',
      );
    }
    if (charge.length === 0) return [];
    try {
      await desk.account.terms(view, escrow.charge(charge));
      return charge;
    } catch (error) {
      if (!(error instanceof CallRevertedError)) throw error;
    }
    // One bad voucher must not keep the others from being charged.
    const good: ChargeableVoucher[] = [];
    for (const voucher of charge) {
      try {
        await escrow.tryCharge(view, voucher);
        good.push(voucher);
      } catch (error) {
        if (!(error instanceof CallRevertedError)) throw error;
        log.error({ address: voucher.address, reason: error.reason }, 'the chain refuses a voucher');
      }
    }
    return good;
  }

  async #payStakers(view: ChainView): Promise<boolean> {
    if (!this.#mayOweStakers) return false;
    const { escrow, desk, log } = this.#parts;
    if ((await escrow.stakersShare(view)) > 0n) {
      try {
        await desk.send(view, { purpose: 'pay-stakers', subject: '' }, escrow.payStakers());
        this.#mayOweStakers = false;
        return true;
      } catch (error) {
        if (!(error instanceof CallRevertedError)) throw error;
        log.warn({ reason: error.reason }, "the stakers' share waits in the escrow");
      }
    }
    this.#mayOweStakers = false;
    return false;
  }
}
