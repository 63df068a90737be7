import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { SecretField } from './secret-field.tsx';
import { takeSecret } from './take-secret.ts';
import { usePasswordProblem } from './use-password-problem.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';
import { DialogButtons, WalletDialog } from './wallet-dialog.tsx';

/** Asks for the wallet's password. */
export function UnlockDialog({
  open,
  onOpenChange,
  onUnlocked,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** After the dialog was closed. */
  onUnlocked: () => void;
}) {
  const { t } = useTranslation();
  return (
    <WalletDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('walletKeys.unlock.title')}
      intro={t('walletKeys.unlock.intro')}
    >
      <UnlockForm
        onCancel={() => onOpenChange(false)}
        onUnlocked={() => {
          onOpenChange(false);
          onUnlocked();
        }}
      />
    </WalletDialog>
  );
}

function UnlockForm({ onCancel, onUnlocked }: { onCancel: () => void; onUnlocked: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isLive = useIsLive();
  const wallet = useWalletOverview().data?.wallet;
  const password = useRef<HTMLInputElement>(null);
  const unlock = useSealedMutation('unlock', (api, box) => api.sendWalletSecret('unlock', box));
  const { problem, mustWait } = usePasswordProblem(unlock.error);
  const [isMissing, setIsMissing] = useState(false);

  const { error } = unlock;
  const damage =
    error instanceof GataError && error.code === 'wallet-damaged'
      ? errorText(error)
      : wallet?.state === 'damaged'
        ? wallet.problem
        : null;
  if (damage !== null)
    return (
      <>
        <p role="alert" className="font-semibold text-ember">
          {damage}
        </p>
        <p className="mt-2 text-muted">{t('walletKeys.damaged.help')}</p>
        <DialogButtons>
          <Button onClick={onCancel}>{t('walletKeys.close')}</Button>
        </DialogButtons>
      </>
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mustWait || unlock.isPending) return;
    const typed = takeSecret(password);
    setIsMissing(typed === '');
    if (typed === '') return;
    unlock.run({ password: typed }, { onSuccess: onUnlocked, onError: () => password.current?.focus() });
  };
  return (
    <form onSubmit={submit}>
      <SecretField
        label={t('walletKeys.password.label')}
        field={password}
        autoComplete="current-password"
        problem={isMissing ? t('walletKeys.password.missing') : problem}
        onType={() => {
          setIsMissing(false);
          if (!unlock.isPending) unlock.reset();
        }}
      />
      <p className="mt-3 text-sm text-muted">{t('walletKeys.unlock.forgotten')}</p>
      <DialogButtons>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" disabled={!isLive || mustWait || unlock.isPending}>
          {t(unlock.isPending ? 'walletKeys.unlock.unlocking' : 'walletKeys.unlock.action')}
        </Button>
      </DialogButtons>
    </form>
  );
}
