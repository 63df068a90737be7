import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useReadableApi } from '../api/use-readable-api.ts';
import { Button } from '../components/button.tsx';
import { saveFile } from '../components/save-file.ts';
import { CopyButton } from '../wallet/copy-button.tsx';
import { Problem } from './problem.tsx';
import { DialogButtons, WalletDialog } from './wallet-dialog.tsx';

/** A backup of the wallet: its file, which stays encrypted. */
export function ExportDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <WalletDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('walletKeys.export.title')}
      intro={t('walletKeys.export.intro')}
    >
      <Export onClose={() => onOpenChange(false)} />
    </WalletDialog>
  );
}

function Export({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isLive = useIsLive();
  const { api } = useReadableApi();
  const take = useMutation({
    mutationFn: async () => api().exportWallet(),
    onSuccess: ({ fileName, keystore }) => saveFile(fileName, keystore, 'application/json'),
  });
  return (
    <>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        <li>{t('walletKeys.export.opens')}</li>
        <li>{t('walletKeys.export.password')}</li>
        <li>{t('walletKeys.export.words')}</li>
      </ul>
      <div className="mt-3 min-h-6">
        <Problem text={take.error === null ? undefined : errorText(take.error)} />
        {take.data !== undefined && (
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p role="status" className="min-w-0 font-semibold wrap-anywhere text-jade">
              {t('walletKeys.export.saved', {
                fileName: take.data.fileName,
              })}
            </p>
            <CopyButton text={take.data.keystore} label={t('walletKeys.export.copyLabel')}>
              {t('walletKeys.export.copy')}
            </CopyButton>
          </div>
        )}
      </div>
      <DialogButtons>
        <Button onClick={onClose}>{t('walletKeys.close')}</Button>
        <Button variant="primary" disabled={!isLive || take.isPending} onClick={() => take.mutate()}>
          {t('walletKeys.export.action')}
        </Button>
      </DialogButtons>
    </>
  );
}
