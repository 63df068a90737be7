import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { saveFile } from '../components/save-file.ts';
import { activityTable } from './activity-csv.ts';
import { useAmountText } from './use-amount-text.ts';

/** The activity for a spreadsheet. */
export function ActivityExport({
  operations,
  overview,
}: {
  operations: readonly OperationView[];
  overview: WalletOverview;
}) {
  const { t } = useTranslation();
  const token = useAmountText();
  const save = () => {
    const table = activityTable(operations, token, overview.nativeSymbol ?? '');
    saveFile(t('wallet.activity.fileName'), table, 'text/csv;charset=utf-8');
  };
  return (
    <Button compact onClick={save}>
      <Icon name="arrowDown" className="size-4" />
      {t('wallet.activity.export')}
    </Button>
  );
}
