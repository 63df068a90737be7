import { type RefObject, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * A password or a key. What is typed stays in the field alone, until it is taken from there: React holds no copy of it
 * and it is no attribute of the page.
 */
export function SecretField({
  label,
  field,
  autoComplete,
  help,
  problem,
  disabled = false,
  onType,
}: {
  label: string;
  field: RefObject<HTMLInputElement | null>;
  autoComplete: 'current-password' | 'new-password' | 'off';
  help?: string;
  /** What is wrong with it. */
  problem?: string | undefined;
  disabled?: boolean;
  onType?: (value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [isShown, setIsShown] = useState(false);
  const described = [problem !== undefined && `${id}-problem`, help !== undefined && `${id}-help`];
  return (
    <div>
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      {help !== undefined && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      <span className="relative mt-1 block">
        <input
          ref={field}
          id={id}
          type={isShown ? 'text' : 'password'}
          className="field w-full pr-18"
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1024}
          disabled={disabled}
          aria-invalid={problem !== undefined}
          aria-describedby={described.filter((part) => part !== false).join(' ') || undefined}
          onChange={(event) => onType?.(event.target.value)}
        />
        <button
          type="button"
          aria-label={t(isShown ? 'walletKeys.secret.hideLabel' : 'walletKeys.secret.showLabel', { label })}
          onClick={() => setIsShown(!isShown)}
          className="absolute inset-y-1 right-1 rounded-md px-2.5 text-sm font-semibold text-muted hover:bg-sunken hover:text-ink"
        >
          {t(isShown ? 'walletKeys.secret.hide' : 'walletKeys.secret.show')}
        </button>
      </span>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {problem}
        </p>
      )}
    </div>
  );
}
