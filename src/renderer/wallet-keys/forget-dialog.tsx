import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useReadableApi } from '../api/use-readable-api.ts';
import { useWalletMutation, useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { SecretField } from './secret-field.tsx';
import { takeSecret } from './take-secret.ts';
import { usePasswordProblem } from './use-password-problem.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';
import { DialogButtons, WalletDialog } from './wallet-dialog.tsx';

/** Takes the wallet off this computer: its file is put aside, not deleted. */
export function ForgetDialog({
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
      title={t('walletKeys.forget.title')}
      intro={t('walletKeys.forget.intro')}
    >
      <ForgetForm onClose={() => onOpenChange(false)} />
    </WalletDialog>
  );
}

function ForgetForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const proofId = useId();
  const [proof, setProof] = useState<'password' | 'address'>('password');
  const [keptAs, setKeptAs] = useState<string>();
  if (keptAs !== undefined)
    return (
      <>
        <p role="status" className="font-semibold text-jade">
          {t('walletKeys.forget.done')}
        </p>
        <p className="mt-1 wrap-anywhere">{t('walletKeys.forget.keptAs', { keptAs })}</p>
        <DialogButtons>
          <Button variant="primary" autoFocus onClick={onClose}>
            {t('walletKeys.done')}
          </Button>
        </DialogButtons>
      </>
    );
  return (
    <>
      <ul className="mb-4 flex list-disc flex-col gap-1 pl-5">
        <li>{t('walletKeys.forget.file')}</li>
        <li>{t('walletKeys.forget.earnings')}</li>
        <li>{t('walletKeys.forget.backup')}</li>
      </ul>
      <p id={proofId} className="mb-1.5 font-semibold">
        {t('walletKeys.forget.proof')}
      </p>
      <ChoiceBar
        labelledBy={proofId}
        value={proof}
        choices={[
          { value: 'password', label: t('walletKeys.forget.byPassword') },
          { value: 'address', label: t('walletKeys.forget.byAddress') },
        ]}
        onChange={setProof}
      />
      {proof === 'password' ? (
        <ByPassword onClose={onClose} onForgotten={setKeptAs} />
      ) : (
        <ByAddress onClose={onClose} onForgotten={setKeptAs} />
      )}
    </>
  );
}

interface ProofProps {
  readonly onClose: () => void;
  readonly onForgotten: (keptAs: string) => void;
}

function ByPassword({ onClose, onForgotten }: ProofProps) {
  const { t } = useTranslation();
  const password = useRef<HTMLInputElement>(null);
  const [isMissing, setIsMissing] = useState(false);
  const forget = useSealedMutation('check-password', (api, box) => api.forgetWallet({ box }));
  const { problem, mustWait } = usePasswordProblem(forget.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mustWait || forget.isPending) return;
    const typed = takeSecret(password);
    setIsMissing(typed === '');
    if (typed === '') return;
    forget.run(
      { password: typed },
      { onSuccess: ({ keptAs }) => onForgotten(keptAs), onError: () => password.current?.focus() },
    );
  };
  return (
    <form onSubmit={submit} className="mt-4">
      <SecretField
        label={t('walletKeys.password.label')}
        field={password}
        autoComplete="current-password"
        problem={isMissing ? t('walletKeys.password.missing') : problem}
        onType={() => {
          setIsMissing(false);
          if (!forget.isPending) forget.reset();
        }}
      />
      <Buttons isBusy={forget.isPending} disabled={mustWait} onClose={onClose} />
    </form>
  );
}

function ByAddress({ onClose, onForgotten }: ProofProps) {
  const { t } = useTranslation();
  const id = useId();
  const errorText = useErrorText();
  const { api } = useReadableApi();
  const address = useWalletOverview().data?.wallet.address ?? '';
  const [typed, setTyped] = useState('');
  const forget = useWalletMutation(async (proof: { address: string }) => api().forgetWallet(proof));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (forget.isPending) return;
    forget.mutate({ address: typed.trim() }, { onSuccess: ({ keptAs }) => onForgotten(keptAs) });
  };
  return (
    <form onSubmit={submit} className="mt-4">
      <label htmlFor={id} className="font-semibold">
        {t('walletKeys.forget.address')}
      </label>
      <p id={`${id}-help`} className="text-sm text-muted">
        {t('walletKeys.forget.addressHelp')}{' '}
        <span className="block font-mono wrap-anywhere text-ink select-none">{address}</span>
      </p>
      <input
        id={id}
        className="field mt-1 w-full font-mono text-sm"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        value={typed}
        aria-invalid={forget.error !== null}
        aria-describedby={forget.error === null ? `${id}-help` : `${id}-problem ${id}-help`}
        onChange={(event) => {
          setTyped(event.target.value);
          if (forget.error !== null) forget.reset();
        }}
      />
      {forget.error !== null && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {errorText(forget.error)}
        </p>
      )}
      <Buttons isBusy={forget.isPending} disabled={typed.trim() === ''} onClose={onClose} />
    </form>
  );
}

function Buttons({ isBusy, disabled, onClose }: { isBusy: boolean; disabled: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const isLive = useIsLive();
  return (
    <DialogButtons>
      <Button onClick={onClose}>{t('action.cancel')}</Button>
      <Button type="submit" variant="danger" disabled={!isLive || disabled || isBusy}>
        {t(isBusy ? 'walletKeys.forget.forgetting' : 'walletKeys.forget.action')}
      </Button>
    </DialogButtons>
  );
}
