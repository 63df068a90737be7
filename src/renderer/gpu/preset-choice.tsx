import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuDevice } from '../../shared/gpu.ts';
import { type GpuPreferences, type GpuPreset, gpuPresetSchema } from '../../shared/gpu-preferences.ts';
import { formatCelsius, formatPercent, formatWatts } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { powerOfShare, targetsOfPreset } from './card-preferences.ts';

/** The presets, each with what it means on this card. */
export function PresetChoice({
  labelledBy,
  device,
  preferences,
  disabled,
  onChange,
}: {
  labelledBy: string;
  device: GpuDevice;
  preferences: GpuPreferences;
  disabled: boolean;
  onChange: (preset: GpuPreset) => void;
}) {
  const { t } = useTranslation();
  const name = useId();
  const figures = usePresetFigures(device, preferences);
  return (
    <div role="radiogroup" aria-labelledby={labelledBy} className="grid gap-2 sm:grid-cols-2">
      {gpuPresetSchema.options.map((preset) => (
        <label
          key={preset}
          className="relative flex cursor-pointer flex-col rounded-control border border-line px-4 py-3 hover:border-edge has-checked:border-jade has-checked:bg-jade-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-jade has-disabled:cursor-not-allowed has-disabled:opacity-70"
        >
          <span className="flex items-center gap-2.5 font-semibold">
            <input
              type="radio"
              name={name}
              value={preset}
              checked={preferences.preset === preset}
              disabled={disabled}
              onChange={() => onChange(preset)}
              className="size-4 accent-jade outline-none"
            />
            {t(`gpu.preset.${preset}.name`)}
          </span>
          <span className="mt-1 text-sm text-muted">{t(`gpu.preset.${preset}.detail`)}</span>
          <span className="mt-1 text-sm font-semibold tabular-nums">{figures(preset)}</span>
        </label>
      ))}
    </div>
  );
}

/** `72 °C · 256 W`. */
function usePresetFigures(device: GpuDevice, preferences: GpuPreferences): (preset: GpuPreset) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  return (preset) => {
    const targets = targetsOfPreset(preset, preferences);
    const watts = powerOfShare(targets.powerPercent, device.powerLimitRange);
    const parts = [
      formatCelsius(targets.targetTemperatureC, locale),
      watts === null
        ? t('gpu.preset.powerShare', { share: formatPercent(targets.powerPercent, locale) })
        : formatWatts(watts, locale),
    ];
    if (targets.fanCeilingPercent !== null)
      parts.push(t('gpu.preset.fan', { share: formatPercent(targets.fanCeilingPercent, locale) }));
    return parts.join(' · ');
  };
}
