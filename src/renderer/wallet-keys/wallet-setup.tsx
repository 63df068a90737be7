import { useTranslation } from 'react-i18next';
import { Card } from '../components/card.tsx';
import { PayoutAddressForm } from './payout-address-form.tsx';

/** A wallet's beginning. */
export function WalletSetup() {
  const { t } = useTranslation();
  return (
    <Card title={t('walletKeys.setup.title')}>
      <PayoutAddressForm onSaved={() => undefined} />
    </Card>
  );
}
