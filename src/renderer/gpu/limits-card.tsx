import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuDevice } from '../../shared/gpu.ts';
import type { GpuPreferences, GpuPreset } from '../../shared/gpu-preferences.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { formatCelsius } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { NumberSetting } from '../settings/number-setting.tsx';
import { SaveStateNote } from '../settings/save-state-note.tsx';
import { preferencesChange, preferencesOf, targetRanges } from './card-preferences.ts';
import { CustomTargets } from './custom-targets.tsx';
import { PresetChoice } from './preset-choice.tsx';
import { SliderSetting } from './slider-setting.tsx';

const BYTES_PER_GIBIBYTE = 1024 ** 3;
const MOST_HEADROOM_BYTES = 64_000_000_000;

/** What the user wants of the card. */
export const LimitsCard = memo(function LimitsCard({
  device,
  preferences,
  presetInForce,
  disabled,
}: {
  device: GpuDevice;
  preferences: GpuPreferences;
  /** After the schedule. */
  presetInForce: GpuPreset;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const titleId = useId();
  const { save, state } = useSaveSettings();
  const ranges = targetRanges(device);
  const change = (part: Partial<GpuPreferences>) => save(preferencesChange(device.uuid, part));
  const largest = Math.min(MOST_HEADROOM_BYTES, device.memoryBytes) / BYTES_PER_GIBIBYTE;
  return (
    <section aria-labelledby={titleId} className="card flex flex-col gap-5 p-5">
      <div>
        <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-3">
          <h2 id={titleId} className="text-sm font-semibold text-muted">
            {t('gpu.limits.title')}
          </h2>
          <SaveStateNote state={state} />
        </div>
        <PresetChoice
          labelledBy={titleId}
          device={device}
          preferences={preferences}
          disabled={disabled}
          onChange={(preset) => change({ preset })}
        />
        {presetInForce !== preferences.preset && (
          <p className="mt-3 text-sm text-muted">
            {t('gpu.limits.scheduled', { preset: t(`gpu.preset.${presetInForce}.name`) })}
          </p>
        )}
      </div>
      {preferences.preset === 'custom' && (
        <CustomTargets
          device={device}
          targets={preferences.custom}
          disabled={disabled}
          onChange={(part) =>
            save((settings) => {
              const { custom } = preferencesOf(settings.gpu, device.uuid);
              return preferencesChange(device.uuid, { custom: { ...custom, ...part } })(settings);
            })
          }
        />
      )}
      <div className="flex flex-col gap-4 border-t border-line pt-5">
        <SliderSetting
          label={t('gpu.limits.safety')}
          help={t('gpu.limits.safetyHelp')}
          value={preferences.safetyTemperatureC}
          range={ranges.safetyTemperatureC}
          format={(value) => formatCelsius(value, locale)}
          disabled={disabled}
          onChange={(safetyTemperatureC) => change({ safetyTemperatureC })}
        />
        <NumberSetting
          label={t('gpu.limits.headroom')}
          help={t('gpu.limits.headroomHelp')}
          unit={t('gpu.limits.gibibytes')}
          value={Math.round((preferences.memoryHeadroomBytes / BYTES_PER_GIBIBYTE) * 100) / 100}
          range={{ min: 0, max: Math.floor(largest), whole: false }}
          disabled={disabled}
          toPatch={(gibibytes) =>
            preferencesChange(device.uuid, {
              memoryHeadroomBytes: Math.round(gibibytes * BYTES_PER_GIBIBYTE),
            })
          }
        />
      </div>
    </section>
  );
});
