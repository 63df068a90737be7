import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuDevice } from '../../shared/gpu.ts';
import type { GpuTargets } from '../../shared/gpu-preferences.ts';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import { formatCelsius, formatPercent, formatWatts } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { SettingRow } from '../settings/section.tsx';
import { powerOfShare, targetRanges } from './card-preferences.ts';
import { SliderSetting } from './slider-setting.tsx';

const FIRST_FAN_CEILING_PERCENT = 60;

/** The user's own targets, within what this card can do. */
export function CustomTargets({
  device,
  targets,
  disabled,
  onChange,
}: {
  device: GpuDevice;
  targets: GpuTargets;
  disabled: boolean;
  onChange: (part: Partial<GpuTargets>) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const ranges = targetRanges(device);
  const { acousticThresholdRange: acoustic, powerLimitRange: power } = device;
  const watts = (percent: number) => powerOfShare(percent, power);
  const formatPower = (percent: number) => {
    const milliwatts = watts(percent);
    const share = formatPercent(percent, locale);
    return milliwatts === null ? share : `${share} · ${formatWatts(milliwatts, locale)}`;
  };
  return (
    <div className="flex flex-col gap-4 border-t border-line pt-5">
      <SliderSetting
        label={t('gpu.custom.temperature')}
        help={
          acoustic === null
            ? t('gpu.custom.temperatureHelp')
            : t('gpu.custom.temperatureHelpRange', {
                from: formatCelsius(acoustic.minimumC, locale),
                until: formatCelsius(acoustic.maximumC, locale),
              })
        }
        value={targets.targetTemperatureC}
        range={ranges.temperatureC}
        format={(value) => formatCelsius(value, locale)}
        disabled={disabled}
        onChange={(targetTemperatureC) => onChange({ targetTemperatureC })}
      />
      <SliderSetting
        label={t('gpu.custom.power')}
        help={
          power === null
            ? t('gpu.custom.powerHelp')
            : t('gpu.custom.powerHelpRange', {
                from: formatWatts(power.minimumMilliwatts, locale),
                until: formatWatts(power.maximumMilliwatts, locale),
                usual: formatWatts(power.defaultMilliwatts, locale),
              })
        }
        value={targets.powerPercent}
        range={ranges.powerPercent}
        format={formatPower}
        disabled={disabled}
        onChange={(powerPercent) => onChange({ powerPercent })}
      />
      <SettingRow
        label={t('gpu.custom.fan')}
        labelFor={id}
        help={t('gpu.custom.fanHelp')}
        helpId={`${id}-help`}
        note={null}
      >
        <ToggleSwitch
          id={id}
          aria-describedby={`${id}-help`}
          checked={targets.fanCeilingPercent !== null}
          disabled={disabled}
          onCheckedChange={(wanted) =>
            onChange({ fanCeilingPercent: wanted ? FIRST_FAN_CEILING_PERCENT : null })
          }
        />
      </SettingRow>
      {targets.fanCeilingPercent !== null && (
        <SliderSetting
          label={t('gpu.custom.fanCeiling')}
          value={targets.fanCeilingPercent}
          range={[20, 100]}
          format={(value) => formatPercent(value, locale)}
          disabled={disabled}
          onChange={(fanCeilingPercent) => onChange({ fanCeilingPercent })}
        />
      )}
    </div>
  );
}
