import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { OperationState, OperationView } from '../../../shared/wallet-transactions.ts';
import { nextStep, type Operation } from '../transactions/operation.ts';

/** An operation as the user sees it. */
export function viewOperation(
  operation: Operation,
  problem: string | null,
  profile: NetworkProfile,
): OperationView {
  const { id, at, account, action, ended, attempts, calls, prepared } = operation;
  const sum = (of: 'claimedWei' | 'stakedWei' | 'withdrawnWei') =>
    String(attempts.reduce((total, { mined }) => total + BigInt(mined?.effects[of] ?? 0), 0n));
  return {
    id,
    at,
    account,
    action,
    state: stateOf(operation),
    detail: ended === null ? problem : ended.detail,
    transactions: attempts.map(({ hash, nonce, purpose, call, mined }) => ({
      hash,
      nonce,
      purpose,
      call: calls[call]?.name ?? '',
      block: mined?.blockNumber ?? null,
      succeeded: mined?.succeeded ?? null,
      feeWei: mined === null ? null : String(mined.feeWei),
      explorerUrl: profile.explorerUrl === null ? null : `${profile.explorerUrl}/tx/${hash}`,
    })),
    effects: {
      claimedWei: sum('claimedWei'),
      stakedWei: sum('stakedWei'),
      withdrawnWei: sum('withdrawnWei'),
    },
    unsigned: ended === null && prepared !== null ? prepared.unsigned : null,
    relayed: operation.relayed,
  };
}

function stateOf(operation: Operation): OperationState {
  if (operation.ended !== null) return operation.ended.outcome;
  const step = nextStep(operation).do;
  if (step === 'await-block') return 'sent';
  return step === 'sign' ? 'waiting' : 'mined';
}
