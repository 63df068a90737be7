import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useCancelOperation } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { effectTexts } from './effect-texts.ts';
import { isCancellable, operationPhase } from './operation-phase.ts';
import { OperationSteps } from './operation-steps.tsx';
import { OperationTransactions } from './operation-transactions.tsx';
import { SignElsewhere } from './sign-elsewhere.tsx';
import { useAmountText } from './use-amount-text.ts';

const MARKS = {
  waiting: { icon: 'clock', colours: 'bg-sky-wash', mark: 'text-sky' },
  signature: { icon: 'clock', colours: 'bg-amber-wash', mark: 'text-amber' },
  relaying: { icon: 'clock', colours: 'bg-sky-wash', mark: 'text-sky' },
  sent: { icon: 'clock', colours: 'bg-sky-wash', mark: 'text-sky' },
  mined: { icon: 'check', colours: 'bg-jade-wash', mark: 'text-jade' },
  done: { icon: 'check', colours: 'bg-jade-wash', mark: 'text-jade' },
  failed: { icon: 'warning', colours: 'bg-ember-wash', mark: 'text-ember' },
  cancelled: { icon: 'close', colours: 'bg-sunken', mark: 'text-muted' },
} as const;

/** How far an operation is, what it did, its transactions, and what the user can still do about it. */
export function OperationDetails({ operation, onClose }: { operation: OperationView; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useAmountText();
  const phase = operationPhase(operation);
  const look = MARKS[phase];
  const effects = effectTexts(operation.effects, text.amount, t);
  return (
    <>
      <div role="status" className={`flex items-start gap-3 rounded-control px-4 py-3 ${look.colours}`}>
        <Icon name={look.icon} className={`mt-0.5 size-5 ${look.mark}`} />
        <div className="min-w-0">
          <p className="font-semibold">{t(`wallet.phase.${phase}.title`)}</p>
          <p className="wrap-anywhere">{operation.detail ?? t(`wallet.phase.${phase}.detail`)}</p>
          {effects.length > 0 && <p className="mt-1 font-semibold tabular-nums">{effects.join(' · ')}</p>}
        </div>
      </div>
      {phase !== 'failed' && phase !== 'cancelled' && <OperationSteps phase={phase} />}
      {operation.unsigned !== null && (
        <SignElsewhere key={operation.unsigned.data} id={operation.id} unsigned={operation.unsigned} />
      )}
      <OperationTransactions operation={operation} />
      <div className="flex flex-wrap justify-end gap-3">
        {isCancellable(operation) && <Cancel operation={operation} />}
        <Button variant={phase === 'signature' ? 'secondary' : 'primary'} onClick={onClose}>
          {t(phase === 'done' || phase === 'mined' ? 'wallet.doneButton' : 'wallet.close')}
        </Button>
      </div>
      {(phase === 'waiting' || phase === 'sent' || phase === 'relaying') && (
        <p className="text-right text-sm text-muted">{t('wallet.goesOn')}</p>
      )}
    </>
  );
}

function Cancel({ operation }: { operation: OperationView }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const errorText = useErrorText();
  const cancel = useCancelOperation();
  const [isAsking, setAsking] = useState(false);
  // Another has it in hand already.
  const isOut = operation.state === 'sent' || operation.relayed;
  return (
    <div className="mr-auto">
      <Button
        disabled={!live || cancel.isPending || cancel.isSuccess}
        onClick={() => (isOut ? setAsking(true) : cancel.mutate(operation.id))}
      >
        {t(cancel.isPending || cancel.isSuccess ? 'wallet.cancelling' : 'wallet.cancel')}
      </Button>
      {cancel.error !== null && (
        <p role="alert" className="mt-1 text-sm text-ember">
          {t('wallet.notCancelled', { message: errorText(cancel.error) })}
        </p>
      )}
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t(operation.relayed ? 'wallet.cancelRelayedTitle' : 'wallet.cancelTitle')}
        confirm={t('wallet.cancel')}
        onConfirm={() => cancel.mutate(operation.id)}
      >
        <p>{t(operation.relayed ? 'wallet.cancelRelayedBody' : 'wallet.cancelBody')}</p>
      </ConfirmDialog>
    </div>
  );
}
