import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import { useLocale } from '../i18n/use-locale.ts';
import { currencies } from './currencies.ts';
import { NumberSetting } from './number-setting.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { Section, SettingRow } from './section.tsx';
import { TariffSetting } from './tariff-setting.tsx';

export function EnergySection({ energy, disabled }: { energy: Settings['energy']; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('energy.title')} intro={t('energy.intro')}>
      <Currency currency={energy.currency} disabled={disabled} />
      <TariffSetting tariff={energy.tariff} currency={energy.currency} disabled={disabled} />
      <NumberSetting
        label={t('energy.gataPrice')}
        help={t('energy.gataPriceHelp')}
        unit={energy.currency}
        value={energy.gataPrice}
        whenEmpty={{ placeholder: t('energy.gataPriceUnknown'), patch: { energy: { gataPrice: null } } }}
        range={{ min: 0, max: 1_000_000_000, whole: false }}
        disabled={disabled}
        toPatch={(gataPrice) => ({ energy: { gataPrice } })}
      />
      <StopAtLoss energy={energy} disabled={disabled} />
    </Section>
  );
}

function Currency({ currency, disabled }: { currency: string; disabled: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const { save, state } = useSaveSettings();
  const choices = useMemo(() => currencies(locale, currency), [locale, currency]);
  return (
    <SettingRow label={t('energy.currency')} labelFor={id} note={<SaveStateNote state={state} />}>
      <select
        id={id}
        className="field w-56 max-w-full pr-2"
        value={currency}
        disabled={disabled}
        onChange={(event) => save({ energy: { currency: event.target.value } })}
      >
        {choices.map(({ code, name }) => (
          <option key={code} value={code}>
            {code === name ? code : `${code} – ${name}`}
          </option>
        ))}
      </select>
    </SettingRow>
  );
}

function StopAtLoss({ energy, disabled }: { energy: Settings['energy']; disabled: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  const hasPrices = energy.tariff !== null && energy.gataPrice !== null;
  return (
    <SettingRow
      label={t('energy.stopAtLoss')}
      labelFor={id}
      helpId={`${id}-help`}
      help={`${t('energy.stopAtLossHelp')} ${hasPrices ? '' : t('energy.stopAtLossNeeds')}`}
      note={<SaveStateNote state={state} />}
    >
      <ToggleSwitch
        id={id}
        aria-describedby={`${id}-help`}
        checked={energy.stopAtLoss}
        disabled={disabled}
        onCheckedChange={(stopAtLoss) => save({ energy: { stopAtLoss } })}
      />
    </SettingRow>
  );
}
