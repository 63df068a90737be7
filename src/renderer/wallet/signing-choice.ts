import type { Settings } from '../../shared/settings.ts';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { PlanRequest, WalletAction } from '../../shared/wallet-transactions.ts';

/** Who signs a plan's transactions, and who sends and pays for them. */
export interface SigningChoice {
  readonly signElsewhere: boolean;
  readonly relayed: boolean;
}

/** Whether the gateway may be let to pay for this action. */
export function isRelayOffered(action: WalletAction, overview: WalletOverview | undefined): boolean {
  return isClaim(action) && overview?.chain?.claim.relayed === true;
}

/**
 * What is chosen before the user chooses: the gateway pays where it offers that and the settings let it, and a wallet
 * without its key signs elsewhere.
 */
export function usualSigning(
  request: PlanRequest,
  overview: WalletOverview | undefined,
  settings: Settings | undefined,
): SigningChoice {
  const state = overview?.wallet.state;
  const hasKey = state === 'locked' || state === 'unlocked';
  const isAllowed = settings?.wallet.relayClaims === true && (hasKey || request.action.kind === 'claim');
  const relayed =
    request.relayed ??
    (request.signElsewhere !== true && isAllowed && isRelayOffered(request.action, overview));
  return { relayed, signElsewhere: request.signElsewhere ?? (!hasKey && !relayed) };
}

/** Whether the wallet's own key signs. Anybody may claim for an account, so a relayed claim needs no signature. */
export function needsKey(action: WalletAction, { signElsewhere, relayed }: SigningChoice): boolean {
  return !signElsewhere && !(relayed && action.kind === 'claim');
}

function isClaim({ kind }: WalletAction): boolean {
  return kind === 'claim' || kind === 'claim-and-stake';
}
