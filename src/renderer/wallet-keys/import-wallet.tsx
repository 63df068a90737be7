import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import type { SIGNER_SECRETS } from '../../shared/signer-protocol.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import { type ChosenKeystore, KeystoreChoice } from './keystore-choice.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';
import { Problem } from './problem.tsx';
import { SecretField } from './secret-field.tsx';
import { takeSecret } from './take-secret.ts';
import { useNewPassword } from './use-new-password.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';
import { WordsField } from './words-field.tsx';

type Kind = 'words' | 'private-key' | 'keystore';
type ImportSecret = z.infer<(typeof SIGNER_SECRETS)['import']>;

/** Brings a wallet here: its words, its private key, or its file. */
export function ImportWallet({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const isLive = useIsLive();
  const errorText = useErrorText();
  const [kind, setKind] = useState<Kind>('words');
  const [keystore, setKeystore] = useState<ChosenKeystore>();
  const [keepsPassword, setKeepsPassword] = useState(true);
  const [isMissing, setIsMissing] = useState(false);
  const words = useRef<HTMLTextAreaElement>(null);
  const key = useRef<HTMLInputElement>(null);
  const keystorePassword = useRef<HTMLInputElement>(null);
  const chosen = useNewPassword();
  const bring = useSealedMutation('import', (api, box) => api.sendWalletSecret('import', box));
  const isNewPassword = kind !== 'keystore' || !keepsPassword;

  const forgetProblem = () => {
    setIsMissing(false);
    if (bring.error !== null) bring.reset();
  };
  const source = { words, 'private-key': key, keystore: keystorePassword }[kind];

  /** Takes everything out of the fields; undefined, with a problem shown, when something is missing. */
  const take = (): ImportSecret | undefined => {
    const isWanting =
      (source.current?.value ?? '').trim() === '' || (kind === 'keystore' && keystore?.text === undefined);
    setIsMissing(isWanting);
    if (isWanting) {
      source.current?.focus();
      return undefined;
    }
    const newPassword = isNewPassword ? chosen.take() : source.current?.value;
    if (newPassword === undefined) return undefined;
    const taken = takeSecret(source);
    return { password: newPassword, from: importFrom(kind, taken, keystore?.text ?? '') };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (bring.isPending) return;
    const secret = take();
    if (secret === undefined) return;
    bring.run(secret, {
      onSuccess: onDone,
      onError: (error) => {
        if (error instanceof GataError && error.code === 'weak-password') setKeepsPassword(false);
        source.current?.focus();
      },
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <ChoiceBar
        label={t('walletKeys.import.kind')}
        value={kind}
        choices={[
          { value: 'words', label: t('walletKeys.import.words') },
          { value: 'private-key', label: t('walletKeys.import.privateKey') },
          { value: 'keystore', label: t('walletKeys.import.keystore') },
        ]}
        onChange={(wanted) => {
          setKind(wanted);
          forgetProblem();
        }}
      />
      {kind === 'words' && (
        <WordsField
          field={words}
          problem={isMissing ? t('walletKeys.import.wordsMissing') : undefined}
          onType={forgetProblem}
        />
      )}
      {kind === 'private-key' && (
        <SecretField
          label={t('walletKeys.import.privateKeyLabel')}
          help={t('walletKeys.import.privateKeyHelp')}
          field={key}
          autoComplete="off"
          problem={isMissing ? t('walletKeys.import.privateKeyMissing') : undefined}
          onType={forgetProblem}
        />
      )}
      {kind === 'keystore' && (
        <>
          <KeystoreChoice
            chosen={keystore}
            isMissing={isMissing && keystore?.text === undefined}
            onChoose={(file) => {
              setKeystore(file);
              forgetProblem();
            }}
          />
          <SecretField
            label={t('walletKeys.import.keystorePassword')}
            field={keystorePassword}
            autoComplete="current-password"
            problem={
              isMissing && keystore?.text !== undefined
                ? t('walletKeys.import.keystorePasswordMissing')
                : undefined
            }
            onType={forgetProblem}
          />
          <div className="flex items-center justify-between gap-4">
            <label htmlFor={`${id}-keeps`} className="font-semibold">
              {t('walletKeys.import.keepPassword')}
            </label>
            <ToggleSwitch id={`${id}-keeps`} checked={keepsPassword} onCheckedChange={setKeepsPassword} />
          </div>
        </>
      )}
      {isNewPassword && (
        <div>
          <p className="mb-3 max-w-prose text-sm text-muted">{t('walletKeys.import.passwordHelp')}</p>
          <NewPasswordFields chosen={chosen} label={t('walletKeys.newPassword.label')} />
        </div>
      )}
      <Problem text={bring.error === null ? undefined : errorText(bring.error)} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!isLive || bring.isPending}>
          {t(bring.isPending ? 'walletKeys.import.importing' : 'walletKeys.import.action')}
        </Button>
      </div>
    </form>
  );
}

function importFrom(kind: Kind, taken: string, keystore: string): ImportSecret['from'] {
  switch (kind) {
    case 'words':
      return { kind, words: taken };
    case 'private-key':
      return { kind, privateKey: taken };
    case 'keystore':
      return { kind, keystore, keystorePassword: taken };
  }
}
