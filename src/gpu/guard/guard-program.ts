import { setTimeout as sleep } from 'node:timers/promises';
import type { GpuSample } from '../../shared/gpu.ts';
import {
  type FromGuard,
  GUARD_LEASE_MS,
  GUARD_PROTOCOL_VERSION,
  type ToGuard,
} from '../../shared/gpu-guard-protocol.ts';
import { readBootId } from '../limits/boot-id.ts';
import { LimitJournal } from '../limits/limit-journal.ts';
import { CardSession } from './card-session.ts';
import { chooseKeeper } from './choose-keeper.ts';
import { DriverLink } from './driver-link.ts';
import type { GuardArguments } from './guard-arguments.ts';
import { GUARD_EXIT, type GuardExit } from './guard-exit.ts';
import { GuardLock } from './guard-lock.ts';
import { PowerlessKeeper } from './powerless-keeper.ts';
import { SilenceWatch } from './silence-watch.ts';
import { WantedLimits } from './wanted-limits.ts';

const CHECK_MS = 500;
const RETRY_EVERY_CHECKS = 4;
/** Enough for a helper to start meanwhile. */
const LOOK_AGAIN_EVERY_CHECKS = 10;
/** A guard whose agent died may still be putting limits back. */
const LOCK_PATIENCE_MS = 5000;
/** How long an ending guard tries to put back what a card refuses to take. */
const PUT_BACK_MS = 20_000;
const PUT_BACK_RETRY_MS = 200;
/** A helper that does not answer puts everything back by itself. */
const HELPER_RELEASE_MS = 3000;

export interface GuardProgramOptions extends GuardArguments {
  readonly send: (message: FromGuard) => void;
  readonly log: (line: string) => void;
}

/** The guard, from its start to the moment when every limit is back. */
export class GuardProgram {
  readonly #options: GuardProgramOptions;
  readonly #wanted: WantedLimits;
  readonly #driver: DriverLink;
  readonly #silence: SilenceWatch;
  readonly #ended = Promise.withResolvers<GuardExit>();
  #isSuspended = false;
  #isReady = false;
  #isEnding = false;
  #checks = 0;
  #looksAgain = false;

  constructor(options: GuardProgramOptions) {
    this.#options = options;
    this.#wanted = new WantedLimits(options.send);
    this.#driver = new DriverLink(options, {
      opened: (session) => this.#opened(session),
      lost: (detail) => this.#lost(detail),
      absent: (detail) => {
        options.send({ type: 'absent', detail });
        this.end(GUARD_EXIT.ended);
      },
      replaced: () => this.end(GUARD_EXIT.driverReplaced),
      samples: (samples) => this.#samples(samples),
    });
    this.#silence = new SilenceWatch(GUARD_LEASE_MS, {
      silent: () => this.#fellSilent(),
      backAgain: () => this.#isBackAgain(),
    });
  }

  /** Runs until `end`, and until every limit is back or cannot be put back now. */
  async run(): Promise<GuardExit> {
    using lock = await GuardLock.acquire(this.#options.journalPath, LOCK_PATIENCE_MS);
    if (lock === undefined) {
      this.#options.log('Another guard uses this journal and does not end.');
      return GUARD_EXIT.locked;
    }
    if (!this.#isEnding) this.#driver.open();
    const checks = setInterval(() => this.#check(), CHECK_MS);
    try {
      const exit = await this.#ended.promise;
      return (await this.#putBack(lock)) ? exit : GUARD_EXIT.limitsLeft;
    } finally {
      clearInterval(checks);
    }
  }

  take(message: ToGuard): void {
    this.#wanted.renew();
    this.#silence.heard();
    switch (message.type) {
      case 'sample':
        this.#driver.readEvery(message.everyMs);
        return;
      case 'hold':
        void this.#wanted.hold(message.uuid, message.limits);
        return;
      case 'release':
        void this.#wanted.release();
        return;
      case 'heartbeat':
        return;
      case 'reconnect':
        this.#looksAgain = false;
        if (this.#driver.session !== null) void this.#chooseKeeper(this.#driver.session);
        return;
    }
  }

  /** Puts everything back and ends `run`. The first reason given counts. */
  end(exit: GuardExit): void {
    this.#isEnding = true;
    this.#silence[Symbol.dispose]();
    this.#ended.resolve(exit);
  }

  #opened(session: CardSession): void {
    this.#sayReady(session.leases?.restored ?? []);
    void this.#chooseKeeper(session).then(() => {
      if (!this.#isEnding && this.#driver.session === session) this.#driver.startReading();
    });
  }

  #lost(detail: string): void {
    this.#sayReady([]);
    this.#options.send({ type: 'lost', detail });
    this.#wanted.loseKeeper(detail);
  }

  #sayReady(restored: readonly string[]): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.send({ type: 'ready', protocol: GUARD_PROTOCOL_VERSION, restored: [...restored] });
  }

  /** Looks who may set limits now, and tells the agent. */
  async #chooseKeeper(session: CardSession): Promise<void> {
    const { helperSocket, log } = this.#options;
    const keeper = await chooseKeeper({
      session,
      helper: { socket: helperSocket, dropped: (why) => void this.#wanted.startOver(why) },
      log,
    });
    const isNothingNew = this.#looksAgain && keeper.authority === 'none';
    if (this.#isEnding || this.#driver.session !== session || isNothingNew) {
      keeper[Symbol.dispose]();
      return;
    }
    this.#looksAgain = keeper instanceof PowerlessKeeper && keeper.isForNow;
    this.#options.send({
      type: 'devices',
      driverVersion: session.driver.driverVersion,
      cudaVersion: session.driver.cudaVersion,
      devices: session.describe((uuid) => keeper.canLimit(uuid)),
      authority: keeper.authority,
      authorityDetail: keeper.detail,
    });
    await this.#wanted.use(keeper);
  }

  #samples(samples: readonly GpuSample[]): void {
    // An agent that does not listen is not written to: on Windows the guard would wait for it to read.
    if (!this.#isSuspended) this.#options.send({ type: 'samples', samples: [...samples] });
    void this.#wanted.compare(samples);
  }

  #fellSilent(): void {
    if (this.#wanted.isEmpty) return;
    this.#isSuspended = true;
    this.#options.log('The agent is silent; its limits are put back.');
    void this.#wanted.suspend('Gata was silent for some seconds, so that its limits were put back.');
  }

  #isBackAgain(): void {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    void this.#wanted.resume();
  }

  #check(): void {
    for (const held of this.#driver.session?.leases?.check() ?? []) this.#wanted.report(held);
    this.#checks += 1;
    if (this.#checks % RETRY_EVERY_CHECKS === 0) void this.#wanted.retry();
    const { session } = this.#driver;
    if (this.#looksAgain && session !== null && this.#checks % LOOK_AGAIN_EVERY_CHECKS === 0) {
      void this.#chooseKeeper(session);
    }
  }

  /** Returns whether nothing is left to be put back. */
  async #putBack(lock: GuardLock): Promise<boolean> {
    const session = this.#driver.session ?? this.#reopened();
    await Promise.race([this.#wanted.end(), sleep(HELPER_RELEASE_MS, undefined, { ref: false })]);
    this.#driver[Symbol.dispose]();
    const leases = session?.leases ?? null;
    leases?.releaseAll();
    const deadline = performance.now() + PUT_BACK_MS;
    while (leases?.isRestoring === true && !lock.hasSuccessor && performance.now() < deadline) {
      await sleep(PUT_BACK_RETRY_MS);
      leases.check();
    }
    this.#wanted[Symbol.dispose]();
    session?.[Symbol.dispose]();
    return session === null ? !hasLeftovers(this.#options) : leases?.isRestoring !== true;
  }

  /** While the driver was lost, limits may have been left; opening it puts them back. */
  #reopened(): CardSession | null {
    if (!hasLeftovers(this.#options)) return null;
    try {
      return CardSession.open(this.#options);
    } catch (error) {
      this.#options.log(`Limits are left for the next start to put back. ${String(error)}`);
      return null;
    }
  }
}

function hasLeftovers({ journalPath, log }: GuardProgramOptions): boolean {
  try {
    return new LimitJournal(journalPath, readBootId()).read().entries.length > 0;
  } catch (error) {
    log(String(error));
    return true;
  }
}
