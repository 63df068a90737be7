import { useTranslation } from 'react-i18next';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { formatExactMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { OperationDetails } from './operation-details.tsx';
import { useActionTitle } from './use-action-title.ts';
import { useOperation } from './use-operation.ts';

/** An operation's details, kept up to date. Null: closed. */
export function OperationDialog({ given, onClose }: { given: OperationView | null; onClose: () => void }) {
  const titleOf = useActionTitle();
  return (
    <DialogFrame open={given !== null} title={given === null ? '' : titleOf(given.action)} onClose={onClose}>
      {given !== null && <Details given={given} onClose={onClose} />}
    </DialogFrame>
  );
}

function Details({ given, onClose }: { given: OperationView; onClose: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const operation = useOperation(given);
  return (
    <>
      <p className="text-sm text-muted">
        {t('wallet.activity.begun', { moment: formatExactMoment(operation.at, locale) })}
      </p>
      <OperationDetails operation={operation} onClose={onClose} />
    </>
  );
}
