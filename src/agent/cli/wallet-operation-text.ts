import { formatGata } from '../../shared/format-gata.ts';
import type { ActionPlan, OperationView, PlanFee } from '../../shared/wallet-transactions.ts';

const LOCALE = 'en';

/** What is shown before it is confirmed. */
export function planText(plan: ActionPlan, symbol: string): string {
  const { summary, account, fee, relayed, warnings } = plan;
  const cost = relayed
    ? `For ${account}. The gateway sends it and pays the fee.`
    : `From ${account}. The fee is at most about ${feeText(fee, symbol)}.`;
  return [summary, cost, ...warnings].join('\n');
}

/** A fee in the chain's coin, and as far as prices were told in GATA and in money. */
export function feeText({ nativeWei, nativeSymbol, gataWei, money }: PlanFee, symbol: string): string {
  const worth = [
    ...(gataWei === null ? [] : [`${formatGata(gataWei, LOCALE)} ${symbol}`]),
    ...(money === null ? [] : [moneyText(money)]),
  ];
  const coins = `${formatGata(nativeWei, LOCALE)} ${nativeSymbol}`;
  if (worth.length > 0) return `${coins} (${worth.join(', ')})`;
  return `${coins} (what that is worth: gata settings set wallet.nativePrice PRICE)`;
}

/** One operation, with its transactions. */
export function operationText(operation: OperationView): string {
  const { id, action, state, detail, transactions, relayed } = operation;
  const hashes = transactions.map(
    ({ hash, block }) => `\n  ${hash}${block === null ? '' : ` in block ${block}`}`,
  );
  const how = relayed ? ', sent by the gateway' : '';
  return `${id}  ${action.kind}: ${state}${how}${detail === null ? '' : ` (${detail})`}${hashes.join('')}`;
}

function moneyText({ currency, amount }: { currency: string; amount: number }): string {
  const digits = amount < 1 ? 4 : 2;
  return `${amount.toFixed(digits)} ${currency}`;
}
