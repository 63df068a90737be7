import { verifyTypedData } from 'ethers/hash';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import {
  checkPayoutAddress,
  PAYOUT_ADDRESS_DOMAIN,
  PAYOUT_ADDRESS_TYPES,
  type PayoutAddressRequest,
  payoutAddressMessage,
} from '../../shared/payout-address.ts';
import type { Database } from '../store/database.ts';

/** How far a node's clock may be ahead. */
const CLOCK_AHEAD_MS = 10 * 60_000;

export interface PayoutAddressesParts {
  readonly db: Database;
  /** The URL nodes know this network by; signatures are bound to it. */
  readonly gateway: () => string;
  readonly profile: NetworkProfile | undefined;
  readonly clock: Clock;
}

/** Where nodes want what they earn. Every change is kept with its signature; the next epoch pays to the newest. */
export class PayoutAddresses {
  readonly #parts: PayoutAddressesParts;

  constructor(parts: PayoutAddressesParts) {
    this.#parts = parts;
  }

  /** With its checksum; undefined when the node never named one. */
  async current(nodeId: string): Promise<string | undefined> {
    const row = await this.#newest(nodeId);
    return row && checkPayoutAddress(row.address, undefined);
  }

  /**
   * @throws GataError `invalid-request` for an address that cannot be paid, `unauthorized` when the node's key did not
   * sign, `conflict` when a later request came before.
   */
  async set(nodeId: string, request: PayoutAddressRequest): Promise<string> {
    const { db, gateway, profile, clock } = this.#parts;
    const address = checkPayoutAddress(request.payoutAddress, profile);
    const message = payoutAddressMessage(nodeId, gateway(), request);
    if (recover(message, request.signature) !== nodeId) {
      throw new GataError('unauthorized', "The signature is not the node's. Sign with the node's key.");
    }
    if (request.issuedAtMs > clock.now().getTime() + CLOCK_AHEAD_MS) {
      throw new GataError('invalid-request', "The node's clock is ahead. Set it, then try again.");
    }
    const newest = await this.#newest(nodeId);
    if (newest !== undefined && newest.issued_at_ms >= request.issuedAtMs) {
      throw new GataError('conflict', 'A later change of the payout address came before. Sign a new one.');
    }
    await db
      .insertInto('payout_addresses')
      .values({
        node_id: nodeId,
        issued_at_ms: request.issuedAtMs,
        address: address.toLowerCase(),
        signature: request.signature,
      })
      .onConflict((conflict) => conflict.columns(['node_id', 'issued_at_ms']).doNothing())
      .execute();
    return address;
  }

  async #newest(nodeId: string) {
    return await this.#parts.db
      .selectFrom('payout_addresses')
      .select(['address', 'issued_at_ms'])
      .where('node_id', '=', nodeId)
      .orderBy('issued_at_ms', 'desc')
      .limit(1)
      .executeTakeFirst();
  }
}

function recover(message: ReturnType<typeof payoutAddressMessage>, signature: string): string | undefined {
  try {
    return verifyTypedData(PAYOUT_ADDRESS_DOMAIN, PAYOUT_ADDRESS_TYPES, message, signature).toLowerCase();
  } catch {
    return undefined;
  }
}
