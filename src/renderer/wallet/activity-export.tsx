import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { activityTable } from './activity-csv.ts';
import { CopyButton } from './copy-button.tsx';
import { saveTable } from './save-table.ts';
import { useAmountText } from './use-amount-text.ts';

/** The activity for a spreadsheet: a file, or in the desktop shell, which saves none, a copy. */
export function ActivityExport({
  operations,
  overview,
}: {
  operations: readonly OperationView[];
  overview: WalletOverview;
}) {
  const { t } = useTranslation();
  const token = useAmountText();
  const table = () => activityTable(operations, token, overview.nativeSymbol ?? '');
  if (window.gata !== undefined)
    return (
      <span>
        <CopyButton text={table()} label={t('wallet.activity.copyTable')}>
          {t('wallet.activity.copyTable')}
        </CopyButton>
      </span>
    );
  return (
    <Button compact onClick={() => saveTable(t('wallet.activity.fileName'), table())}>
      <Icon name="arrowDown" className="size-4" />
      {t('wallet.activity.export')}
    </Button>
  );
}
