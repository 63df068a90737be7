import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnsignedTransaction } from '../../shared/signer-protocol.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useSubmitSigned } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { CopyButton } from './copy-button.tsx';
import { QrCode } from './qr-code.tsx';
import { signedProblem } from './signed-problem.ts';

/** What another wallet has to sign, and the place for what it signed. */
export function SignElsewhere({ id, unsigned }: { id: string; unsigned: UnsignedTransaction }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const errorText = useErrorText();
  const fieldId = useId();
  const submit = useSubmitSigned();
  const [signed, setSigned] = useState('');
  const [isQrShown, setQrShown] = useState(false);
  const problem = signedProblem(signed);
  // As `gata wallet activity ID` prints it.
  const transaction = { type: 2, value: '0', ...unsigned };
  const text = JSON.stringify(transaction);
  return (
    <section aria-label={t('wallet.elsewhere.title')} className="flex flex-col gap-3">
      <p>{t('wallet.elsewhere.how')}</p>
      <textarea
        readOnly
        rows={6}
        spellCheck={false}
        aria-label={t('wallet.elsewhere.transaction')}
        value={JSON.stringify(transaction, null, 2)}
        onFocus={(event) => event.target.select()}
        className="resize-y rounded-control border border-line bg-sunken p-3 font-mono text-xs wrap-anywhere"
      />
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={text} label={t('wallet.elsewhere.copy')}>
          {t('wallet.elsewhere.copy')}
        </CopyButton>
        <Button compact aria-expanded={isQrShown} onClick={() => setQrShown(!isQrShown)}>
          {t(isQrShown ? 'wallet.elsewhere.hideQr' : 'wallet.elsewhere.showQr')}
        </Button>
      </div>
      {isQrShown && <QrCode text={text} label={t('wallet.elsewhere.qr')} />}
      <form
        className="flex flex-col gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null && !submit.isPending) submit.mutate({ id, raw: signed.trim() });
        }}
      >
        <label htmlFor={fieldId} className="font-semibold">
          {t('wallet.elsewhere.signed')}
        </label>
        <textarea
          id={fieldId}
          rows={3}
          spellCheck={false}
          autoComplete="off"
          placeholder="0x02f8…"
          value={signed}
          aria-invalid={signed !== '' && problem !== null}
          aria-describedby={`${fieldId}-problem`}
          onChange={(event) => setSigned(event.target.value)}
          className="field h-auto resize-y py-2 font-mono text-sm"
        />
        <p id={`${fieldId}-problem`} role="alert" className="min-h-5 text-sm text-ember">
          {signed !== '' && problem !== null && t(`wallet.elsewhere.problem.${problem}`)}
          {problem === null && submit.error !== null && errorText(submit.error)}
        </p>
        <Button
          type="submit"
          variant="primary"
          className="self-end"
          disabled={!live || problem !== null || submit.isPending}
        >
          {t('wallet.elsewhere.send')}
        </Button>
      </form>
    </section>
  );
}
