import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { HotKeySetting } from './hot-key-setting.tsx';
import { NumberSetting } from './number-setting.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { Section } from './section.tsx';
import { SwitchSetting } from './switch-setting.tsx';

const WHILE_IN_USE = ['auto', 'pause', 'run'] as const satisfies Settings['idle']['whileInUse'][];

/** What else than games makes Gata step aside. */
export function IdleSection({
  idle,
  games,
  disabled,
}: {
  idle: Settings['idle'];
  games: Settings['games'];
  disabled: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Section title={t('idle.title')} intro={t('idle.intro')}>
      <WhileInUse whileInUse={idle.whileInUse} disabled={disabled} />
      {idle.whileInUse !== 'run' && (
        <NumberSetting
          label={t('idle.minutes')}
          help={t('idle.minutesHelp')}
          unit={t('idle.minutesUnit')}
          value={idle.idleMinutes}
          range={{ min: 1, max: 240, whole: false }}
          disabled={disabled}
          toPatch={(idleMinutes) => ({ idle: { idleMinutes } })}
        />
      )}
      <SwitchSetting
        label={t('idle.gpuBusy')}
        help={t('idle.gpuBusyHelp')}
        checked={idle.whileGpuBusy === 'pause'}
        disabled={disabled}
        toChange={(pause) => ({ idle: { whileGpuBusy: pause ? 'pause' : 'run' } })}
      />
      <SwitchSetting
        label={t('idle.cpuBusy')}
        help={t('idle.cpuBusyHelp')}
        checked={idle.whileCpuBusy === 'pause'}
        disabled={disabled}
        toChange={(pause) => ({ idle: { whileCpuBusy: pause ? 'pause' : 'run' } })}
      />
      <SwitchSetting
        label={t('idle.recording')}
        help={t('idle.recordingHelp')}
        checked={games.whileRecording}
        disabled={disabled}
        toChange={(whileRecording) => ({ games: { whileRecording } })}
      />
      <SwitchSetting
        label={t('idle.onlyItsCard')}
        help={t('idle.onlyItsCardHelp')}
        checked={games.onlyItsCard}
        disabled={disabled}
        toChange={(onlyItsCard) => ({ games: { onlyItsCard } })}
      />
      <SwitchSetting
        label={t('idle.metered')}
        help={t('idle.meteredHelp')}
        checked={idle.onMeteredNetwork}
        disabled={disabled}
        toChange={(onMeteredNetwork) => ({ idle: { onMeteredNetwork } })}
      />
      <HotKeySetting hotKey={idle.hotKey} disabled={disabled} />
    </Section>
  );
}

function WhileInUse({
  whileInUse,
  disabled,
}: {
  whileInUse: Settings['idle']['whileInUse'];
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
      <div className="max-w-prose min-w-0 flex-1 basis-60">
        <p id={id} className="font-semibold">
          {t('idle.whileInUse')}
        </p>
        <p className="text-sm text-muted">{t(`idle.whileInUseHelp.${whileInUse}`)}</p>
      </div>
      <div className="flex flex-col items-end max-sm:items-start">
        <ChoiceBar
          labelledBy={id}
          disabled={disabled}
          value={whileInUse}
          choices={WHILE_IN_USE.map((value) => ({ value, label: t(`idle.whileInUseChoice.${value}`) }))}
          onChange={(wanted) => save({ idle: { whileInUse: wanted } })}
        />
        <SaveStateNote state={state} />
      </div>
    </div>
  );
}
