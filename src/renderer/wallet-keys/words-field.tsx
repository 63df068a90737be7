import { type RefObject, useId } from 'react';
import { useTranslation } from 'react-i18next';

/** For the 12 or 24 words of a wallet. Like `SecretField` it alone holds what is typed. */
export function WordsField({
  field,
  problem,
  onType,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  problem: string | undefined;
  onType: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="font-semibold">
        {t('walletKeys.import.wordsLabel')}
      </label>
      <p id={`${id}-help`} className="text-sm text-muted">
        {t('walletKeys.import.wordsHelp')}
      </p>
      <textarea
        ref={field}
        id={id}
        rows={3}
        className="field mt-1 h-auto w-full resize-none py-2 font-mono"
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={1024}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? `${id}-help` : `${id}-problem ${id}-help`}
        onChange={onType}
      />
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="text-sm font-semibold text-ember">
          {problem}
        </p>
      )}
    </div>
  );
}
