import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { OperationState, OperationView } from '../../../shared/wallet-transactions.ts';
import { effectsOfOperation, nextStep, type Operation } from '../transactions/operation.ts';

/** An operation as the user sees it. */
export function viewOperation(
  operation: Operation,
  problem: string | null,
  profile: NetworkProfile,
): OperationView {
  const { id, at, account, action, ended, attempts, calls, prepared, relay } = operation;
  const explorerUrl = (hash: string) =>
    profile.explorerUrl === null ? null : `${profile.explorerUrl}/tx/${hash}`;
  const relayed = relay.settled?.hash ?? relay.told?.transactionHash ?? null;
  const sum = (of: 'claimedWei' | 'stakedWei' | 'withdrawnWei') =>
    String(effectsOfOperation(operation).reduce((total, effects) => total + BigInt(effects[of]), 0n));
  return {
    id,
    at,
    account,
    action,
    state: stateOf(operation),
    detail: ended === null ? problem : ended.detail,
    transactions: [
      ...attempts.map(({ hash, nonce, purpose, call, mined }) => ({
        hash,
        nonce,
        purpose,
        call: calls[call]?.name ?? '',
        block: mined?.blockNumber ?? null,
        succeeded: mined?.succeeded ?? null,
        feeWei: mined === null ? null : String(mined.feeWei),
        explorerUrl: explorerUrl(hash),
      })),
      ...(relayed === null
        ? []
        : [
            {
              hash: relayed,
              nonce: null,
              purpose: 'call' as const,
              call: calls[0]?.name ?? '',
              block: relay.settled?.blockNumber ?? null,
              succeeded: relay.settled === null ? null : true,
              feeWei: null,
              explorerUrl: explorerUrl(relayed),
            },
          ]),
    ],
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
  if (step === 'relay') return operation.relay.told?.transactionHash == null ? 'waiting' : 'sent';
  if (step === 'await-block') return 'sent';
  return step === 'sign' ? 'waiting' : 'mined';
}
