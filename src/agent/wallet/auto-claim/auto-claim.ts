import { formatUnits } from 'ethers';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { WalletOverview } from '../../../shared/wallet-overview.ts';
import type { OperationView } from '../../../shared/wallet-transactions.ts';
import type { NoticeBoard } from '../../notice-board.ts';
import type { ActionDesk } from '../actions/action-desk.ts';
import { isUnderWay } from '../overview/overview-operations.ts';
import { type AutoClaimDecision, decideAutoClaim, whyTooDear } from './decide-auto-claim.ts';

const NOTICE_CODE = 'auto-claim';
const FIRST_HOLD_MS = 10 * 60_000;
const LONGEST_HOLD_MS = 6 * 3600_000;

export interface AutoClaimParts {
  readonly overview: {
    current(): WalletOverview;
    on(event: 'change', listener: () => void): unknown;
    off(event: 'change', listener: () => void): unknown;
  };
  readonly desk: Pick<ActionDesk, 'plan' | 'confirm' | 'operations'>;
  readonly profile: Pick<NetworkProfile, 'token'>;
  readonly settings: () => Pick<Settings, 'wallet'>;
  readonly notices: Pick<NoticeBoard, 'post'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Claims without a click when the user's settings say so, and tells what came of it. */
export class AutoClaim implements Disposable {
  readonly #parts: AutoClaimParts;
  #isActing = false;
  /** The operation whose end is to be told. */
  #following: string | undefined;
  #heldUntil: Date | null = null;
  #holdMs = FIRST_HOLD_MS;

  constructor(parts: AutoClaimParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.overview.on('change', this.#onChange);
  }

  [Symbol.dispose](): void {
    this.#parts.overview.off('change', this.#onChange);
  }

  readonly #onChange = (): void => {
    this.#tell();
    void this.#consider();
  };

  async #consider(): Promise<void> {
    const { overview, settings, clock, logger } = this.#parts;
    const { wallet } = settings();
    if (wallet.autoClaim === 'off' || this.#isActing || this.#following !== undefined) return;
    const situation = { wallet, now: clock.now(), heldUntil: this.#heldUntil };
    const decision = decideAutoClaim({ ...situation, overview: overview.current() });
    if (!decision.claim) return;
    this.#isActing = true;
    try {
      await this.#claim(decision);
    } catch (error) {
      this.#hold();
      logger.info({ err: error, heldUntil: this.#heldUntil }, 'nothing was claimed automatically');
    } finally {
      this.#isActing = false;
    }
  }

  /** @throws GataError as `ActionDesk.plan`, or `conflict` when the fee has risen meanwhile. */
  async #claim({ kind, relayed }: Extract<AutoClaimDecision, { claim: true }>): Promise<void> {
    const { desk, settings, logger } = this.#parts;
    const plan = await desk.plan({ action: { kind }, relayed });
    const { wallet } = settings();
    const doubt =
      wallet.autoClaim !== kind
        ? 'the setting was changed'
        : relayed
          ? null
          : whyTooDear(plan.fee, BigInt(plan.amountWei ?? 0), wallet);
    if (doubt !== null) throw new GataError('conflict', `Not claimed: ${doubt}.`);
    const { id } = desk.confirm(plan.confirmationId);
    this.#following = id;
    this.#holdMs = FIRST_HOLD_MS;
    logger.info({ operation: id, kind, relayed, amountWei: plan.amountWei }, 'claiming automatically');
  }

  #hold(): void {
    this.#heldUntil = new Date(this.#parts.clock.now().getTime() + this.#holdMs);
    this.#holdMs = Math.min(LONGEST_HOLD_MS, this.#holdMs * 2);
  }

  #tell(): void {
    if (this.#following === undefined) return;
    const operation = this.#parts.desk.operations().find(({ id }) => id === this.#following);
    if (operation === undefined || isUnderWay(operation)) return;
    this.#following = undefined;
    this.#parts.notices.post({
      level: operation.state === 'done' ? 'info' : 'warning',
      code: NOTICE_CODE,
      message: resultText(operation, this.#parts.profile.token),
    });
  }
}

/** Pure. What came of an automatic claim, in a sentence or two. */
export function resultText(
  { state, detail, effects, transactions, relayed, action }: OperationView,
  { decimals, symbol }: NetworkProfile['token'],
): string {
  const why = detail === null ? '' : ` ${detail}`;
  if (state !== 'done') return `Gata could not claim by itself.${why} It tries again later.`;
  const claimedWei = BigInt(effects.claimedWei);
  if (claimedWei === 0n) return `Gata wanted to claim by itself, and there was nothing to do.${why}`;
  const what = action.kind === 'claim-and-stake' ? 'claimed and staked' : 'claimed';
  const feeWei = transactions.reduce((sum, each) => sum + BigInt(each.feeWei ?? 0), 0n);
  const fee = relayed
    ? 'The gateway paid the fee.'
    : `The fee was ${formatUnits(feeWei)} of the chain's coin.`;
  return `Gata ${what} ${formatUnits(claimedWei, decimals)} ${symbol} by itself. ${fee}`;
}
