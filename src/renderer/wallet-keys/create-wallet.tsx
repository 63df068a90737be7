import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createBoxKeys, unseal } from '../../shared/sealed-box.ts';
import { WORDS_PURPOSE } from '../../shared/signer-protocol.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { Icon } from '../components/icon.tsx';
import { ConfirmWords } from './confirm-words.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';
import { Problem } from './problem.tsx';
import { ShownWords } from './shown-words.tsx';
import { UnfinishedWallet } from './unfinished-wallet.ts';
import { useNewPassword } from './use-new-password.ts';
import { useSealedMutation } from './use-sealed-mutation.ts';

type Step =
  | { readonly name: 'password' }
  | { readonly name: 'words'; readonly words: readonly string[]; readonly positions: readonly number[] }
  /** The words are in this page no more. */
  | { readonly name: 'confirm'; readonly positions: readonly number[] };

/** A password, the words shown once, three of them asked for: before the last of it nothing is kept. */
export function CreateWallet({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>({ name: 'password' });
  const isUnfinished = step.name !== 'password';
  useEffect(() => {
    // In the desktop window a page that holds on would keep the window from closing, without a word.
    if (!isUnfinished || window.gata !== undefined) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [isUnfinished]);

  const startOver = () => {
    new UnfinishedWallet(sessionStorage).end();
    setStep({ name: 'password' });
  };
  return (
    <>
      <Steps current={step.name} />
      {isUnfinished && (
        <p className="mb-4 flex gap-2 rounded-control bg-amber-wash px-3 py-2 text-sm">
          <Icon name="info" className="mt-0.5 size-4.5 text-amber" />
          {t('walletKeys.create.notKeptYet')}
        </p>
      )}
      {step.name === 'password' && (
        <PasswordStep onWords={(words, positions) => setStep({ name: 'words', words, positions })} />
      )}
      {step.name === 'words' && (
        <ShownWords
          words={step.words}
          onStartOver={startOver}
          onWritten={() => setStep({ name: 'confirm', positions: step.positions })}
        />
      )}
      {step.name === 'confirm' && (
        <ConfirmWords positions={step.positions} onStartOver={startOver} onDone={onDone} />
      )}
    </>
  );
}

const STEPS = ['password', 'words', 'confirm'] as const;

function Steps({ current }: { current: Step['name'] }) {
  const { t } = useTranslation();
  return (
    <ol
      aria-label={t('walletKeys.create.steps')}
      className="mb-5 flex flex-wrap gap-x-3 gap-y-1 text-sm sm:gap-x-5"
    >
      {STEPS.map((name, index) => (
        <li
          key={name}
          aria-current={name === current ? 'step' : undefined}
          className={`flex items-center gap-1.5 ${name === current ? 'font-semibold' : 'text-muted'}`}
        >
          <span
            aria-hidden="true"
            className={`inline-flex size-5.5 items-center justify-center rounded-full text-xs font-bold ${name === current ? 'bg-jade text-on-jade' : 'bg-sunken ring-1 ring-line ring-inset'}`}
          >
            {index + 1}
          </span>
          {t(`walletKeys.create.step.${name}`)}
        </li>
      ))}
    </ol>
  );
}

function PasswordStep({
  onWords,
}: {
  onWords: (words: readonly string[], positions: readonly number[]) => void;
}) {
  const { t } = useTranslation();
  const countId = useId();
  const isLive = useIsLive();
  const errorText = useErrorText();
  const [count, setCount] = useState<'12' | '24'>('12');
  const chosen = useNewPassword();
  const [openFailure, setOpenFailure] = useState<Error>();
  const create = useSealedMutation('create', (api, box) => api.createWallet(box));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    const password = chosen.take();
    if (password === undefined) return;
    setOpenFailure(undefined);
    const keys = await createBoxKeys();
    create.run(
      { password, words: count === '12' ? 12 : 24, replyTo: keys.publicKey },
      {
        onSuccess: ({ words, positions }) => {
          unseal(words, keys, WORDS_PURPOSE).then((bytes) => {
            new UnfinishedWallet(sessionStorage).begin();
            onWords(new TextDecoder().decode(bytes).split(' '), positions);
          }, setOpenFailure);
        },
        onError: () => chosen.password.current?.focus(),
      },
    );
  };
  const failure = create.error ?? openFailure;
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-5">
      <div>
        <p id={countId} className="font-semibold">
          {t('walletKeys.create.count')}
        </p>
        <p className="mb-1.5 text-sm text-muted">{t('walletKeys.create.countHelp')}</p>
        <ChoiceBar
          labelledBy={countId}
          value={count}
          choices={[
            { value: '12', label: t('walletKeys.create.words12') },
            { value: '24', label: t('walletKeys.create.words24') },
          ]}
          onChange={setCount}
        />
      </div>
      <div>
        <p className="mb-3 max-w-prose text-sm text-muted">{t('walletKeys.create.passwordHelp')}</p>
        <NewPasswordFields chosen={chosen} label={t('walletKeys.newPassword.label')} />
      </div>
      <p className="flex max-w-prose gap-2">
        <Icon name="eyeOff" className="mt-0.5 size-5 text-amber" />
        {t('walletKeys.create.prepare')}
      </p>
      <Problem text={failure === undefined ? undefined : errorText(failure)} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!isLive || create.isPending}>
          {t(create.isPending ? 'walletKeys.create.making' : 'walletKeys.create.show')}
        </Button>
      </div>
    </form>
  );
}
