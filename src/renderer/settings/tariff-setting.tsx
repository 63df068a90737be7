import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tariff } from '../../shared/tariff.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { HourlyPrices } from './hourly-prices.tsx';
import { NumberSetting } from './number-setting.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { PRICE_RANGE, type TariffKind, tariffOfKind } from './tariff-kind.ts';

const KINDS = ['none', 'flat', 'hourly'] as const satisfies readonly TariffKind[];

/** What electricity costs: unknown, one price, or one for each hour. */
export function TariffSetting({
  tariff,
  currency,
  disabled,
}: {
  tariff: Tariff | null;
  currency: string;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  const kind = tariff?.kind ?? 'none';
  const unit = t('energy.perKilowattHourUnit', { currency });
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
        <div className="max-w-prose min-w-0 flex-1 basis-60">
          <span id={id} className="font-semibold">
            {t('energy.tariff')}
          </span>
          <p className="text-sm text-muted">{t(`energy.tariffHelp.${kind}`)}</p>
        </div>
        <div className="flex flex-col items-end max-sm:items-start">
          <ChoiceBar
            labelledBy={id}
            value={kind}
            disabled={disabled}
            choices={KINDS.map((value) => ({ value, label: t(`energy.tariffKind.${value}`) }))}
            onChange={(wanted) => save({ energy: { tariff: tariffOfKind(wanted, tariff) } })}
          />
          <SaveStateNote state={state} />
        </div>
      </div>
      {tariff?.kind === 'flat' && (
        <NumberSetting
          label={t('energy.flatPrice')}
          help={t('energy.flatPriceHelp')}
          unit={unit}
          value={tariff.pricePerKilowattHour}
          range={PRICE_RANGE}
          disabled={disabled}
          toPatch={(pricePerKilowattHour) => ({
            energy: { tariff: { kind: 'flat', pricePerKilowattHour } },
          })}
        />
      )}
      {tariff?.kind === 'hourly' && (
        <HourlyPrices prices={tariff.pricesPerKilowattHour} currency={currency} disabled={disabled} />
      )}
    </div>
  );
}
