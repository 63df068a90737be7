import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { Section } from './section.tsx';

const THEMES = ['system', 'light', 'dark'] as const;

export function AppearanceSection({
  appearance,
  disabled,
}: {
  appearance: Settings['appearance'];
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  return (
    <Section title={t('appearance.title')}>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
        <span id={id} className="font-semibold">
          {t('appearance.theme')}
        </span>
        <div className="flex flex-col items-end max-sm:items-start">
          <ChoiceBar
            labelledBy={id}
            disabled={disabled}
            value={appearance.theme}
            choices={THEMES.map((value) => ({ value, label: t(`appearance.${value}`) }))}
            onChange={(theme) => save({ appearance: { theme } })}
          />
          <SaveStateNote state={state} />
        </div>
      </div>
    </Section>
  );
}
