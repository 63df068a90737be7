import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';

/** The words of a new wallet, once. There is no button to copy them: what is copied, other programs can read. */
export function ShownWords({
  words,
  onStartOver,
  onWritten,
}: {
  words: readonly string[];
  onStartOver: () => void;
  onWritten: () => void;
}) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  // Words may come twice; their places do not.
  const numbered = words.map((word, index) => ({ word, position: index + 1 }));
  return (
    <>
      <h3 ref={heading} tabIndex={-1} className="font-bold outline-none">
        {t('walletKeys.words.title', { count: words.length })}
      </h3>
      <p className="mt-1 max-w-prose text-muted">{t('walletKeys.words.help')}</p>
      <ol
        aria-label={t('walletKeys.words.list')}
        className="mt-4 grid grid-cols-2 gap-2 sm:grid-cols-3 md:grid-cols-4"
      >
        {numbered.map(({ word, position }) => (
          <li
            key={position}
            className="flex items-baseline gap-2 rounded-control border border-line bg-sunken px-3 py-2"
          >
            <span aria-hidden="true" className="w-5 text-right text-sm text-muted tabular-nums">
              {position}
            </span>
            <span className="font-mono font-semibold">{word}</span>
          </li>
        ))}
      </ol>
      <p className="mt-4 max-w-prose font-semibold">{t('walletKeys.words.warning')}</p>
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        <Button onClick={onStartOver}>{t('walletKeys.create.startOver')}</Button>
        <Button variant="primary" onClick={onWritten}>
          {t('walletKeys.words.written')}
        </Button>
      </div>
    </>
  );
}
