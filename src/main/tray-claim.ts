import { formatGata } from '../shared/format-gata.ts';
import { GataError } from '../shared/gata-error.ts';
import type { ShownScreen } from '../shared/shell-contract.ts';
import type { WalletOverview } from '../shared/wallet-overview.ts';
import type { ActionPlan, OperationView } from '../shared/wallet-transactions.ts';
import type { AgentClient } from './agent-client.ts';
import type { Announcement } from './notifications.ts';
import { canClaimAtOnce } from './wallet-menu.ts';

export interface TrayClaimParts {
  readonly announce: (announcement: Announcement) => unknown;
  readonly openDashboard: (screen: ShownScreen) => void;
}

type ClaimKind = 'claim' | 'claim-and-stake';

/** The fee of the label is as old as the last look at the chain; what is dearer is asked again, in the dashboard. */
const MOST_TIMES_THE_FEE_SHOWN = 2n;

/** Claims by one click in the tray's menu, and says what came of it. */
export class TrayClaim {
  readonly #parts: TrayClaimParts;
  /** Begun here, and not announced yet. */
  readonly #begun = new Set<string>();

  constructor(parts: TrayClaimParts) {
    this.#parts = parts;
  }

  /** Claims what the menu showed, or opens the dashboard where the user must unlock, sign or look. Never rejects. */
  async claim(
    kind: ClaimKind,
    client: Pick<AgentClient, 'planAction' | 'confirmPlan'> | undefined,
    overview: WalletOverview | undefined,
  ): Promise<void> {
    let id: string | undefined;
    try {
      if (client === undefined || overview === undefined) {
        throw new GataError('agent-unreachable', 'Gata is not running.');
      }
      // What the screen opens by itself is the claim alone; staking it is the button beside.
      const screen = kind === 'claim' ? 'claim' : 'wallet';
      if (!canClaimAtOnce(overview, kind)) {
        this.#parts.openDashboard(screen);
        return;
      }
      const relayed = overview.chain?.claim.relayed ?? false;
      const plan = await client.planAction({ action: { kind }, relayed });
      if (!isAsShown(plan, overview)) {
        this.#parts.openDashboard(screen);
        return;
      }
      id = plan.confirmationId;
      this.#begun.add(id);
      this.#announce(await this.#confirm(client, id), overview);
    } catch (error) {
      const { code, message } = GataError.from(error);
      const isUncertain = id !== undefined && code === 'agent-unreachable';
      this.#parts.announce(
        isUncertain
          ? { title: 'Gata does not answer', body: 'The wallet shows whether it claimed.', screen: 'wallet' }
          : { title: 'Nothing was claimed', body: message, screen: 'wallet' },
      );
    }
  }

  /** Announces how the claims that began here went. */
  show(overview: WalletOverview): void {
    for (const operation of overview.operations) this.#announce(operation, overview);
  }

  /** A confirmation that was refused began nothing. */
  async #confirm(client: Pick<AgentClient, 'confirmPlan'>, id: string): Promise<OperationView> {
    try {
      return await client.confirmPlan(id);
    } catch (error) {
      if (GataError.from(error).code !== 'agent-unreachable') this.#begun.delete(id);
      throw error;
    }
  }

  #announce({ id, state, detail, effects }: OperationView, { token }: WalletOverview): void {
    if (!this.#begun.has(id) || state === 'waiting' || state === 'sent') return;
    this.#begun.delete(id);
    const amount = (wei: string) =>
      `${formatGata(wei, Intl.DateTimeFormat().resolvedOptions().locale)} ${token?.symbol ?? ''}`;
    const isClaimed = state === 'mined' || state === 'done';
    const isStaked = BigInt(effects.stakedWei) > 0n;
    this.#parts.announce(
      isClaimed
        ? {
            title: `Claimed ${amount(effects.claimedWei)}`,
            body: isStaked ? 'It is staked.' : 'It is in your wallet.',
            screen: 'wallet',
          }
        : {
            title: 'Nothing was claimed',
            body: detail ?? 'The claim was cancelled; what you earned can be claimed again.',
            screen: 'wallet',
          },
    );
  }
}

function isAsShown({ fee, relayed, warnings }: ActionPlan, { chain }: WalletOverview): boolean {
  if (relayed) return true;
  const shownWei = BigInt(chain?.claim.fee?.nativeWei ?? 0);
  return warnings.length === 0 && BigInt(fee.nativeWei) <= shownWei * MOST_TIMES_THE_FEE_SHOWN;
}
