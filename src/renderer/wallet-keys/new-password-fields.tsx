import { useTranslation } from 'react-i18next';
import { SecretField } from './secret-field.tsx';
import { StrengthMeter } from './strength-meter.tsx';
import type { NewPassword } from './use-new-password.ts';

/** A password to choose, with how good it is, and once more. */
export function NewPasswordFields({ chosen, label }: { chosen: NewPassword; label: string }) {
  const { t } = useTranslation();
  const { fault } = chosen;
  const passwordProblem =
    fault === 'missing'
      ? t('walletKeys.newPassword.missing')
      : fault === 'weak'
        ? t('walletKeys.newPassword.weak', { advice: chosen.strength?.advice ?? '' })
        : undefined;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <div>
        <SecretField
          label={label}
          field={chosen.password}
          autoComplete="new-password"
          problem={passwordProblem}
          onType={chosen.onType}
        />
        <StrengthMeter strength={chosen.strength} isSilent={passwordProblem !== undefined} />
      </div>
      <SecretField
        label={t('walletKeys.newPassword.repeat')}
        field={chosen.repeated}
        autoComplete="new-password"
        problem={fault === 'different' ? t('walletKeys.newPassword.different') : undefined}
        onType={chosen.onRepeat}
      />
    </div>
  );
}
