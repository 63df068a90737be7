import { formatGata } from '../shared/format-gata.ts';
import type { WalletOverview } from '../shared/wallet-overview.ts';
import type { PlanFee } from '../shared/wallet-transactions.ts';
import type { TrayMenuItem } from './tray-menu.ts';

export interface WalletActions {
  claim(kind: 'claim' | 'claim-and-stake'): void;
  openWallet(): void;
  openGovernance(): void;
}

/** What a click on the claim does: it claims, or the dashboard asks first: for the password, or whether it is worth it. */
export function canClaimAtOnce(
  { wallet, chain }: WalletOverview,
  kind: 'claim' | 'claim-and-stake',
): boolean {
  if (chain === null || chain.claim.notWorthIt !== null) return false;
  // The label tells the fee of a claim; staking it costs more, unless the gateway pays.
  if (kind === 'claim-and-stake') return wallet.state === 'unlocked' && chain.claim.relayed;
  return wallet.state === 'unlocked' || chain.claim.relayed;
}

/** The wallet in the tray's menu: one click claims what the label says, for the fee that it says. */
export function walletItems(
  overview: WalletOverview | undefined,
  actions: WalletActions,
  locale?: string,
): TrayMenuItem[] {
  const chain = overview?.chain;
  const symbol = overview?.token?.symbol;
  if (overview === undefined || chain === undefined || chain === null || symbol === undefined) return [];
  const amount = (wei: string) => `${formatGata(wei, locale ?? systemLocale())} ${symbol}`;
  const { ledger, staking, claim } = chain;
  const open = (label: string, kind: 'claim' | 'claim-and-stake') =>
    canClaimAtOnce(overview, kind) ? label : `${label}…`;
  const isClaiming = overview.operations.some(
    ({ action, state }) =>
      (action.kind === 'claim' || action.kind === 'claim-and-stake') &&
      (state === 'waiting' || state === 'sent'),
  );
  const fee = feeWords(claim.fee, claim.relayed, symbol, locale);
  const claimItems: TrayMenuItem[] = isClaiming
    ? [{ label: 'Claiming', enabled: false }]
    : BigInt(ledger.claimableWei) === 0n
      ? [{ label: 'Nothing to claim yet', enabled: false }]
      : [
          {
            label: open(`Claim ${amount(ledger.claimableWei)}${fee}`, 'claim'),
            click: () => actions.claim('claim'),
          },
          {
            label: open('Claim and stake', 'claim-and-stake'),
            click: () => actions.claim('claim-and-stake'),
          },
        ];
  return [
    ...claimItems,
    {
      label: 'Wallet',
      submenu: [
        { label: `${amount(ledger.walletWei)}, and ${amount(staking.stakedWei)} staked`, enabled: false },
        { label: 'Stake or unstake…', click: () => actions.openWallet() },
        { label: 'Vote…', click: () => actions.openGovernance() },
      ],
    },
  ];
}

function feeWords(fee: PlanFee | null, isRelayed: boolean, symbol: string, locale?: string): string {
  if (isRelayed) return ', no fee';
  if (fee === null) return '';
  const amount = (wei: string) => formatGata(wei, locale ?? systemLocale());
  return fee.gataWei === null
    ? `, fee ${amount(fee.nativeWei)} ${fee.nativeSymbol}`
    : `, fee ${amount(fee.gataWei)} ${symbol}`;
}

function systemLocale(): string {
  return Intl.DateTimeFormat().resolvedOptions().locale;
}
