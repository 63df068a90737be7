import { formatGata } from '../../shared/format-gata.ts';
import type { StakingView, WalletChainView, WalletOverview } from '../../shared/wallet-overview.ts';
import { localTime } from './status-text.ts';
import { feeText, operationText } from './wallet-operation-text.ts';
import { walletText } from './wallet-text.ts';

const LOCALE = 'en';
const DAY_SECONDS = 86_400;

/** The wallet, and what it has as last seen on the chain, for a terminal. */
export function walletOverviewText(overview: WalletOverview): string {
  const { wallet, token, nativeSymbol, chain, problem, operations, statements } = overview;
  const symbol = token?.symbol ?? 'GATA';
  return [
    walletText(wallet),
    ...(problem === null ? [] : [problem]),
    ...(chain === null ? [] : ['', ...chainLines(chain, symbol, nativeSymbol ?? '')]),
    ...(statements === null
      ? []
      : [
          statements.difference ??
            `The gateway's statements are the same as this node's ${statements.receipts} receipts.`,
        ]),
    ...(operations.length === 0 ? [] : ['', 'Newest first:', ...operations.slice(0, 5).map(operationText)]),
  ].join('\n');
}

function chainLines(chain: WalletChainView, symbol: string, nativeSymbol: string): string[] {
  const { ledger, staking, nativeWei, claim, lookedAt } = chain;
  const gata = (wei: string) => `${formatGata(wei, LOCALE)} ${symbol}`;
  const pending = ledger.pendingWei === null ? [] : [`  worked for    ${gata(ledger.pendingWei)}`];
  return [
    `Seen at ${localTime(lookedAt)}, block ${ledger.block}.`,
    `Earned          ${gata(ledger.earnedWei)}`,
    ...pending,
    `  waiting       ${gata(ledger.waitingWei)}`,
    `  claimable     ${gata(ledger.claimableWei)}`,
    `  claimed       ${gata(ledger.claimedWei)}`,
    `In the wallet   ${gata(ledger.walletWei)}, and ${formatGata(nativeWei, LOCALE)} ${nativeSymbol} for fees`,
    ...stakingLines(staking, gata),
    ...(ledger.stakingRewardsWei === null
      ? []
      : [`  it brought    ${signed(ledger.stakingRewardsWei, gata)}`]),
    ...claimLines(claim, symbol),
  ];
}

function stakingLines(staking: StakingView, gata: (wei: string) => string): string[] {
  const { stakedWei, tier, votesWei, delegate, unbonding, withdrawableWei, heldForSlashWei } = staking;
  return [
    `Staked          ${gata(stakedWei)} (tier ${tier})`,
    `  votes         ${gata(votesWei)}${delegate === null ? '; your own stake votes for nobody' : `; your stake votes as ${delegate}`}`,
    `  return        ${returnText(staking)}`,
    ...unbonding.map(
      ({ index, assetsWei, releasedAt, released }) =>
        `  leaving [${index}]   ${gata(assetsWei)}, ${released ? 'its time is over' : `until ${localTime(releasedAt)}`}`,
    ),
    ...(withdrawableWei === '0' ? [] : [`  withdrawable  ${gata(withdrawableWei)}`]),
    ...(heldForSlashWei === '0'
      ? []
      : [`  held back     ${gata(heldForSlashWei)} while it is decided whether to take it away`]),
  ];
}

function returnText({ yearlyReturn, rewardsLastSeconds }: StakingView): string {
  if (yearlyReturn === null) return 'no rewards are paid to stakers now';
  const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 2 });
  const days = rewardsLastSeconds === null ? null : Math.floor(rewardsLastSeconds / DAY_SECONDS);
  const lasts = days === null ? '' : ` What there is lasts ${days} ${days === 1 ? 'day' : 'days'}.`;
  return `${percent.format(yearlyReturn)} a year if rewards are paid on as they are now and nobody stakes more or less.${lasts}`;
}

function claimLines({ fee, relayed, notWorthIt }: WalletChainView['claim'], symbol: string): string[] {
  return [
    ...(fee === null ? [] : [`Claiming costs  ${feeText(fee, symbol)}`]),
    ...(relayed ? ['The gateway pays that: gata wallet claim --relayed'] : []),
    ...(notWorthIt === null ? [] : [notWorthIt]),
  ];
}

function signed(wei: string, gata: (wei: string) => string): string {
  return wei.startsWith('-') ? `−${gata(wei.slice(1))}` : gata(wei);
}
