import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { GatewayHttp } from './gateway-http.ts';

export interface PayoutAnnouncerOptions {
  readonly http: GatewayHttp;
  readonly nodeKey: NodeKey;
  /** Null: not told yet, and nothing is announced. */
  readonly payoutAddress: () => string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 10_000;

/** Tells the gateway, signed by the node key, where what this node earns is to go. */
export class PayoutAnnouncer implements Disposable {
  readonly #options: PayoutAnnouncerOptions;
  readonly #timer: NodeJS.Timeout;
  #told: string | undefined;
  #isOnline = false;
  #isTelling = false;

  constructor(options: PayoutAnnouncerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tell(), LOOK_EVERY_MS).unref();
  }

  /** There is a gateway, perhaps another one than before. */
  online(): void {
    this.#isOnline = true;
    this.#told = undefined;
    this.#tell();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const address = this.#options.payoutAddress();
    if (address === null || address === this.#told || !this.#isOnline || this.#isTelling) return;
    this.#isTelling = true;
    this.#announce(address)
      .then(
        () => {
          this.#told = address;
        },
        (error: unknown) => {
          const { logger } = this.#options;
          logger.warn({ err: error }, 'the payout address could not be announced');
          // Refused for what it is, it would be refused again; anything else may pass.
          if (GataError.from(error).code === 'invalid-request') this.#told = address;
        },
      )
      .finally(() => {
        this.#isTelling = false;
      });
  }

  async #announce(payoutAddress: string): Promise<void> {
    const { http, nodeKey, clock, logger } = this.#options;
    if ((await http.payoutAddress())?.toLowerCase() === payoutAddress.toLowerCase()) return;
    const issuedAtMs = clock.now().getTime();
    const gateway = await http.gatewayName();
    const signature = nodeKey.signPayoutAddress({ payoutAddress, gateway, issuedAtMs });
    await http.setPayoutAddress({ payoutAddress, issuedAtMs, signature });
    logger.info({ payoutAddress }, 'the gateway knows where to pay');
  }
}
