import { useTranslation } from 'react-i18next';
import { PayoutAddressForm } from './payout-address-form.tsx';
import { WalletDialog } from './wallet-dialog.tsx';

/** Another address for what is earned. */
export function PayoutAddressDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const close = () => onOpenChange(false);
  return (
    <WalletDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('walletKeys.payout.title')}
      intro={t('walletKeys.payout.intro')}
    >
      <PayoutAddressForm onSaved={close} onCancel={close} />
    </WalletDialog>
  );
}
