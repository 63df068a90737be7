import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';
import { SecretField } from './secret-field.tsx';
import { takeSecret } from './take-secret.ts';
import { useNewPassword } from './use-new-password.ts';
import { usePasswordProblem } from './use-password-problem.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';
import { DialogButtons, WalletDialog } from './wallet-dialog.tsx';

/** Another password for the wallet. */
export function ChangePasswordDialog({
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
      title={t('walletKeys.change.title')}
      intro={t('walletKeys.change.intro')}
    >
      <ChangeForm onClose={() => onOpenChange(false)} />
    </WalletDialog>
  );
}

function ChangeForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const isLive = useIsLive();
  const password = useRef<HTMLInputElement>(null);
  const chosen = useNewPassword();
  const [isMissing, setIsMissing] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const change = useSealedMutation('change-password', (api, box) =>
    api.sendWalletSecret('change-password', box),
  );
  const { problem, mustWait } = usePasswordProblem(change.error);

  if (isDone)
    return (
      <>
        <p role="status" className="font-semibold text-jade">
          {t('walletKeys.change.changed')}
        </p>
        <DialogButtons>
          <Button variant="primary" autoFocus onClick={onClose}>
            {t('walletKeys.done')}
          </Button>
        </DialogButtons>
      </>
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mustWait || change.isPending) return;
    const isEmpty = (password.current?.value ?? '') === '';
    setIsMissing(isEmpty);
    if (isEmpty) {
      password.current?.focus();
      return;
    }
    const newPassword = chosen.take();
    if (newPassword === undefined) return;
    change.run(
      { password: takeSecret(password), newPassword },
      { onSuccess: () => setIsDone(true), onError: () => password.current?.focus() },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <SecretField
        label={t('walletKeys.change.current')}
        field={password}
        autoComplete="current-password"
        problem={isMissing ? t('walletKeys.password.missing') : problem}
        onType={() => {
          setIsMissing(false);
          if (!change.isPending) change.reset();
        }}
      />
      <NewPasswordFields chosen={chosen} label={t('walletKeys.change.new')} />
      <DialogButtons>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" disabled={!isLive || mustWait || change.isPending}>
          {t(change.isPending ? 'walletKeys.change.changing' : 'walletKeys.change.action')}
        </Button>
      </DialogButtons>
    </form>
  );
}
