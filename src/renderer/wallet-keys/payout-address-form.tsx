import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useSetPayoutAddress } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';

/** Where what is earned goes; the agent says what is wrong with an address. */
export function PayoutAddressForm({ onSaved, onCancel }: { onSaved: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const errorText = useErrorText();
  const isLive = useIsLive();
  const save = useSetPayoutAddress();
  const [address, setAddress] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const problem = isMissing
    ? t('walletKeys.payout.missing')
    : save.error === null
      ? undefined
      : errorText(save.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    const typed = address.trim();
    setIsMissing(typed === '');
    if (typed !== '') save.mutate(typed, { onSuccess: onSaved });
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor={id} className="font-semibold">
        {t('walletKeys.payout.label')}
      </label>
      <p id={`${id}-help`} className="text-sm text-muted">
        {t('walletKeys.payout.help')}
      </p>
      <input
        id={id}
        className="field mt-1 w-full font-mono text-sm"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="0x…"
        maxLength={64}
        readOnly={save.isPending}
        value={address}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? `${id}-help` : `${id}-problem ${id}-help`}
        onChange={(event) => {
          setAddress(event.target.value);
          setIsMissing(false);
          if (!save.isIdle && !save.isPending) save.reset();
        }}
      />
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {problem}
        </p>
      )}
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        {onCancel !== undefined && <Button onClick={onCancel}>{t('action.cancel')}</Button>}
        <Button type="submit" variant="primary" disabled={!isLive || save.isPending}>
          {t(save.isPending ? 'walletKeys.payout.saving' : 'walletKeys.payout.save')}
        </Button>
      </div>
    </form>
  );
}
