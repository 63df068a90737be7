import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { Problem } from './problem.tsx';
import { UnfinishedWallet } from './unfinished-wallet.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';

/** Asks for some of the words, which shows that they were written down. */
export function ConfirmWords({
  positions,
  onStartOver,
  onDone,
}: {
  positions: readonly number[];
  onStartOver: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const isLive = useIsLive();
  const errorText = useErrorText();
  const fields = useRef<HTMLDivElement>(null);
  const [isIncomplete, setIsIncomplete] = useState(false);
  const confirm = useSealedMutation('confirm-words', async (api, box) => {
    const state = await api.sendWalletSecret('confirm-words', box);
    // Here and not in the page, which may be gone as soon as there is a wallet.
    new UnfinishedWallet(sessionStorage).end();
    return state;
  });
  const inputs = () => [...(fields.current?.querySelectorAll('input') ?? [])];
  useEffect(() => fields.current?.querySelector('input')?.focus(), []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (confirm.isPending) return;
    const typed = inputs().map((input) => input.value.trim());
    const empty = inputs().find((input) => input.value.trim() === '');
    setIsIncomplete(empty !== undefined);
    if (empty !== undefined) {
      empty.focus();
      return;
    }
    for (const input of inputs()) input.value = '';
    confirm.run({ words: typed }, { onSuccess: onDone, onError: () => inputs()[0]?.focus() });
  };
  const problem = isIncomplete
    ? t('walletKeys.confirm.incomplete')
    : confirm.error === null
      ? undefined
      : errorText(confirm.error);
  return (
    <form onSubmit={submit}>
      <h3 className="font-bold">{t('walletKeys.confirm.title')}</h3>
      <p className="mt-1 max-w-prose text-muted">{t('walletKeys.confirm.help')}</p>
      <div ref={fields} className="mt-4 mb-3 grid gap-3 sm:grid-cols-3">
        {positions.map((position) => (
          <div key={position}>
            <label htmlFor={`${id}-${position}`} className="font-semibold">
              {t('walletKeys.confirm.word', { position })}
            </label>
            <input
              id={`${id}-${position}`}
              className="field mt-1 w-full font-mono"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={32}
              aria-invalid={problem !== undefined}
              onChange={() => {
                setIsIncomplete(false);
                if (confirm.error !== null) confirm.reset();
              }}
            />
          </div>
        ))}
      </div>
      <Problem text={problem} />
      <div className="mt-5 flex flex-wrap justify-end gap-3">
        <Button onClick={onStartOver}>{t('walletKeys.create.startOver')}</Button>
        <Button type="submit" variant="primary" disabled={!isLive || confirm.isPending}>
          {t(confirm.isPending ? 'walletKeys.confirm.keeping' : 'walletKeys.confirm.keep')}
        </Button>
      </div>
    </form>
  );
}
