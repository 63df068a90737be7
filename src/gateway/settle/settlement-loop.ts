import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DEFAULT_FEE_SPLIT, type FeeSplit } from '../ledger/fee-split.ts';
import type { SettlementChain } from './settlement-chain.ts';
import type { Settler } from './settler.ts';

/** Keeps the settler going, and knows what governance has decided on fees. */
export class SettlementLoop implements AsyncDisposable {
  readonly #chain: SettlementChain;
  readonly #settler: Settler;
  readonly #everyMs: number;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #feeSplit: FeeSplit = DEFAULT_FEE_SPLIT;
  #isVerified = false;

  constructor(chain: SettlementChain, settler: Settler, everyMs: number, log: Logger) {
    this.#chain = chain;
    this.#settler = settler;
    this.#everyMs = everyMs;
    this.#log = log;
    this.#running = this.#run();
  }

  /** As the chain had it last; the default until it has answered. */
  get feeSplit(): FeeSplit {
    return this.#feeSplit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const goesOn = await this.#turn().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'the settlement did not get on; it tries again');
        return false;
      });
      if (!goesOn) await sleep(this.#everyMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  async #turn(): Promise<boolean> {
    if (!this.#isVerified) {
      await this.#chain.verify();
      this.#isVerified = true;
    }
    this.#feeSplit = (await this.#chain.parameters()).feeSplit;
    return await this.#settler.step();
  }
}
