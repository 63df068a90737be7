import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationView, PlanRequest } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useSettings } from '../api/queries.ts';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Skeleton } from '../components/skeleton.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { OperationDetails } from './operation-details.tsx';
import { PlanStep } from './plan-step.tsx';
import { usualSigning } from './signing-choice.ts';
import { useOperation } from './use-operation.ts';

/**
 * Plans what `request` names, shows what it would do and cost, and once that is confirmed follows it. Null: closed.
 * `onDone` is called once, when a block has it. Closing stops nothing that was confirmed.
 */
export function ActionDialog({
  request,
  title,
  onClose,
  onDone,
}: {
  request: PlanRequest | null;
  title: string;
  onClose: () => void;
  onDone?: (operation: OperationView) => void;
}) {
  return (
    <DialogFrame open={request !== null} title={title} onClose={onClose}>
      {request !== null && (
        <Steps key={JSON.stringify(request)} request={request} onClose={onClose} onDone={onDone} />
      )}
    </DialogFrame>
  );
}

interface StepsProps {
  readonly request: PlanRequest;
  readonly onClose: () => void;
  readonly onDone: ((operation: OperationView) => void) | undefined;
}

function Steps({ request, onClose, onDone }: StepsProps) {
  const { t } = useTranslation();
  const live = useIsLive();
  const overview = useWalletOverview();
  const settings = useSettings();
  const [operation, setOperation] = useState<OperationView>();
  if (operation !== undefined) return <Progress first={operation} onClose={onClose} onDone={onDone} />;
  const isSettled = (query: { data: unknown; error: unknown }) =>
    query.data !== undefined || query.error !== null;
  if (isSettled(overview) && isSettled(settings)) {
    return (
      <PlanStep
        request={request}
        usual={usualSigning(request, overview.data, settings.data)}
        onClose={onClose}
        onOperation={setOperation}
      />
    );
  }
  if (!live) return <p role="alert">{t('error.unreachable')}</p>;
  return (
    <div role="status" aria-label={t('app.loading')}>
      <Skeleton className="h-40" />
    </div>
  );
}

function Progress({
  first,
  onClose,
  onDone,
}: {
  first: OperationView;
  onClose: () => void;
  onDone: ((operation: OperationView) => void) | undefined;
}) {
  const operation = useOperation(first);
  const isTold = useRef(false);
  useEffect(() => {
    if (isTold.current || (operation.state !== 'mined' && operation.state !== 'done')) return;
    isTold.current = true;
    onDone?.(operation);
  }, [operation, onDone]);
  return <OperationDetails operation={operation} onClose={onClose} />;
}
