import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { copyText } from './copy-text.ts';

const SAID_FOR_MS = 4000;

/** Copies a text and says whether that worked. `label` is the button's name, `children` what it shows. */
export function CopyButton({ text, label, children }: { text: string; label: string; children: string }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <>
      <Button
        compact
        aria-label={label}
        onClick={() => void copyText(text).then((isCopied) => setOutcome(isCopied ? 'copied' : 'failed'))}
      >
        {outcome === 'copied' && <Icon name="check" className="size-4 text-jade" />}
        {outcome === 'copied' ? t('wallet.copied') : children}
      </Button>
      <span role="status" className={outcome === 'failed' ? 'text-sm text-ember' : 'sr-only'}>
        {outcome === 'copied' && t('wallet.copied')}
        {outcome === 'failed' && t('wallet.notCopied')}
      </span>
    </>
  );
}
