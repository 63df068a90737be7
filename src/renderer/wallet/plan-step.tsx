import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import type { ActionPlan, OperationView, PlanRequest } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useConfirmPlan, useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatClock } from '../format/duration.ts';
import { UnlockDialog } from '../wallet-keys/unlock-dialog.tsx';
import { PlanSummary } from './plan-summary.tsx';
import { isRelayOffered, needsKey, type SigningChoice } from './signing-choice.ts';
import { SigningOptions } from './signing-options.tsx';
import { useActionPlan } from './use-action-plan.ts';

/** What would be done and what it costs, until it is confirmed. */
export function PlanStep({
  request,
  usual,
  onClose,
  onOperation,
}: {
  request: PlanRequest;
  usual: SigningChoice;
  onClose: () => void;
  onOperation: (operation: OperationView) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const errorText = useErrorText();
  const overview = useWalletOverview().data;
  const wallet = overview?.wallet;
  const [choice, setChoice] = useState(usual);
  /** Confirmed, and not known yet whether the agent took it. */
  const [held, setHeld] = useState<ActionPlan>();
  const { plan, isCurrent, error, leftMs, planAgain } = useActionPlan(
    { action: request.action, ...choice },
    held,
  );
  const confirm = useConfirmPlan();
  const isSending = useRef(false);
  const isLocked = needsKey(request.action, choice) && wallet?.state === 'locked';
  const [isUnlocking, setUnlocking] = useState(isLocked);
  const taken = overview?.operations.find(({ id }) => id === held?.confirmationId);
  useEffect(() => {
    if (taken !== undefined) onOperation(taken);
  }, [taken, onOperation]);

  const send = () => {
    // A second click comes before React has drawn the first one's effect.
    if (plan === undefined || isSending.current) return;
    isSending.current = true;
    setHeld(plan);
    confirm.mutate(plan.confirmationId, {
      onSuccess: onOperation,
      onError: (failure) => {
        if (!isRefusal(failure)) return;
        setHeld(undefined);
        if (failure.code === 'wallet-locked') setUnlocking(true);
        planAgain();
      },
      onSettled: () => {
        isSending.current = false;
      },
    });
  };

  return (
    <>
      {plan !== undefined ? (
        <PlanSummary plan={plan} isPassed={!isCurrent} />
      ) : error === null ? (
        <div role="status" aria-label={t('wallet.plan.planning')} className="flex flex-col gap-3">
          <Skeleton className="h-7 w-3/4" />
          <Skeleton className="h-28" />
        </div>
      ) : (
        <ErrorState title={t('wallet.plan.failed')} error={error} onRetry={planAgain} />
      )}
      <SigningOptions
        choice={choice}
        isRelayOffered={choice.relayed || isRelayOffered(request.action, overview)}
        hasKey={wallet?.state === 'locked' || wallet?.state === 'unlocked'}
        disabled={held !== undefined}
        onChange={setChoice}
      />
      {plan !== undefined && error !== null && (
        <p role="alert" className="text-sm text-ember">
          {errorText(error)}{' '}
          <button type="button" onClick={planAgain} className="font-semibold underline">
            {t('action.tryAgain')}
          </button>
        </p>
      )}
      {confirm.error !== null && (
        <p role="alert" className="text-ember">
          {isRefusal(confirm.error) ? errorText(confirm.error) : t('wallet.plan.inDoubt')}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-3">
        {plan !== undefined && isCurrent && held === undefined && (
          <p className="mr-auto text-sm text-muted tabular-nums">
            {t('wallet.plan.holds', { time: formatClock(leftMs) })}
          </p>
        )}
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        {isLocked ? (
          <Button variant="primary" disabled={!live} onClick={() => setUnlocking(true)}>
            {t('wallet.plan.unlock')}
          </Button>
        ) : (
          <Button variant="primary" disabled={!live || !isCurrent || confirm.isPending} onClick={send}>
            {t(
              confirm.isPending
                ? 'wallet.plan.sending'
                : choice.signElsewhere
                  ? 'wallet.plan.prepare'
                  : 'wallet.plan.confirm',
            )}
          </Button>
        )}
      </div>
      <UnlockDialog open={isUnlocking} onOpenChange={setUnlocking} onUnlocked={() => setUnlocking(false)} />
    </>
  );
}

/** The agent said no, so that nothing was sent. Else the answer was lost, and only the same confirmation is safe. */
function isRefusal(error: Error): error is GataError {
  return error instanceof GataError && error.code !== 'agent-unreachable';
}
