import { useTranslation } from 'react-i18next';
import type { JudgedPassword } from './use-password-judge.ts';

const GUESSED_AT_ONCE = { word: 'instant', bar: 'bg-ember', text: 'text-ember' } as const;
const BY_SCORE = [
  GUESSED_AT_ONCE,
  { word: 'feeble', bar: 'bg-ember', text: 'text-ember' },
  { word: 'weak', bar: 'bg-amber', text: 'text-amber' },
  { word: 'good', bar: 'bg-jade', text: 'text-jade' },
  { word: 'strong', bar: 'bg-jade', text: 'text-jade' },
] as const;
const SEGMENTS = [1, 2, 3, 4] as const;

/** How hard a password is to guess. `isSilent`: what is wrong is said beside the field already. */
export function StrengthMeter({
  strength,
  isSilent,
}: {
  strength: JudgedPassword | undefined;
  isSilent: boolean;
}) {
  const { t } = useTranslation();
  const score = strength?.score ?? 0;
  const { word, bar, text } = BY_SCORE[score] ?? GUESSED_AT_ONCE;
  // The least has a mark, so that something is seen for what was typed.
  const filled = strength === undefined ? 0 : Math.max(1, score);
  return (
    <div className="mt-2">
      <div aria-hidden="true" className="flex gap-1">
        {SEGMENTS.map((segment) => (
          <span
            key={segment}
            className={`h-1.5 grow rounded-full ${segment <= filled ? bar : 'bg-sunken ring-1 ring-line ring-inset'}`}
          />
        ))}
      </div>
      <p role="status" className="mt-1 min-h-6 text-sm">
        {strength === undefined ? (
          <span className="text-muted">{t('walletKeys.newPassword.hint')}</span>
        ) : isSilent ? null : (
          <>
            <strong className={`font-semibold ${text}`}>{t(`walletKeys.strength.${word}`)}</strong>{' '}
            {!strength.isEnough && <span className="text-muted">{strength.advice}</span>}
          </>
        )}
      </p>
    </div>
  );
}
