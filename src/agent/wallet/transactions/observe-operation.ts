import type { Receipt } from '../../../shared/chain/rpc/chain-answers.ts';
import type { ChainView, Witnessed } from '../../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import { effectsOf } from './effects-of.ts';
import type { JournalEvent } from './journal-event.ts';
import { type Attempt, type Operation, openNonces } from './operation.ts';

/**
 * What the chain says of an operation that the journal does not know yet. What cannot be undone (`final`,
 * `superseded`) is believed only when as many endpoints say so as the profile allows to ask for.
 * @param depth blocks, its own included, under which a transaction counts as final.
 * @throws GataError as `ChainView.ask`.
 */
export async function observeOperation(
  operation: Operation,
  view: ChainView,
  profile: NetworkProfile,
  depth: number,
): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  const { id } = operation;
  const receipts = new Map<string, Witnessed<Receipt | undefined>>();
  for (const attempt of operation.attempts) {
    if (attempt.superseded || attempt.mined?.final === true || isBeyond(attempt, view)) continue;
    const answer = await view.receipt(attempt.hash);
    receipts.set(attempt.hash, answer);
    const receipt = answer.value;
    if (receipt === undefined) {
      if (attempt.mined !== null) events.push({ type: 'vanished', id, hash: attempt.hash });
      continue;
    }
    if (attempt.mined?.blockHash !== receipt.blockHash)
      events.push(minedEvent(operation, attempt, receipt, profile));
    if (receipt.blockNumber > view.height - depth + 1 || !view.isSure(answer)) continue;
    const block = await view.blockWitnessed(receipt.blockNumber);
    if (block.value.hash === receipt.blockHash && view.isSure(block)) {
      events.push({ type: 'final', id, hash: attempt.hash });
    }
  }
  for (const group of openNonces(operation)) {
    const [first] = group;
    const answers = group.map(({ hash }) => receipts.get(hash));
    const areUnknown = answers.every(
      (answer) => answer !== undefined && answer.value === undefined && view.isSure(answer),
    );
    if (first === undefined || !areUnknown) continue;
    const used = await view.transactionCount(operation.account, view.height - depth + 1);
    if (used.value > first.nonce && view.isSure(used))
      events.push({ type: 'superseded', id, nonce: first.nonce });
  }
  return events;
}

/** A view that is behind an earlier one knows nothing of the blocks since. */
function isBeyond({ mined }: Attempt, view: ChainView): boolean {
  return mined !== null && mined.blockNumber > view.height;
}

function minedEvent(
  { id, account }: Operation,
  { hash }: Attempt,
  receipt: Receipt,
  profile: NetworkProfile,
): JournalEvent {
  return {
    type: 'mined',
    id,
    hash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    succeeded: receipt.status === 1,
    gasUsed: String(receipt.gasUsed),
    feeWei: String(receipt.gasUsed * receipt.effectiveGasPrice),
    effects: effectsOf(receipt, account, profile),
  };
}
