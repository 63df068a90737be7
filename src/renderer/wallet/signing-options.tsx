import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import type { SigningChoice } from './signing-choice.ts';

/** Who pays the fee, and where it is signed. The two exclude each other. */
export function SigningOptions({
  choice,
  isRelayOffered,
  hasKey,
  disabled,
  onChange,
}: {
  choice: SigningChoice;
  isRelayOffered: boolean;
  hasKey: boolean;
  disabled: boolean;
  onChange: (choice: SigningChoice) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3">
      {isRelayOffered && (
        <Option
          label={t('wallet.plan.relay')}
          help={t('wallet.plan.relayHelp')}
          checked={choice.relayed}
          disabled={disabled}
          onChange={(relayed) => onChange({ relayed, signElsewhere: !relayed && !hasKey })}
        />
      )}
      {hasKey ? (
        <Option
          label={t('wallet.plan.elsewhere')}
          help={t('wallet.plan.elsewhereHelp')}
          checked={choice.signElsewhere}
          disabled={disabled}
          onChange={(signElsewhere) => onChange({ signElsewhere, relayed: choice.relayed && !signElsewhere })}
        />
      ) : (
        choice.signElsewhere && <p className="text-sm text-muted">{t('wallet.plan.noKey')}</p>
      )}
    </div>
  );
}

function Option({
  label,
  help,
  checked,
  disabled,
  onChange,
}: {
  label: string;
  help: string;
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      </div>
      <ToggleSwitch
        id={id}
        aria-describedby={`${id}-help`}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
      />
    </div>
  );
}
