import { ToggleGroup } from 'radix-ui';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
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
          <ToggleGroup.Root
            type="single"
            aria-labelledby={id}
            disabled={disabled}
            value={appearance.theme}
            onValueChange={(value) => {
              const theme = THEMES.find((candidate) => candidate === value);
              if (theme !== undefined) save({ appearance: { theme } });
            }}
            className="flex gap-1 rounded-control border border-line bg-sunken p-1"
          >
            {THEMES.map((theme) => (
              <ToggleGroup.Item
                key={theme}
                value={theme}
                className="h-8 rounded-md px-3.5 font-semibold text-muted disabled:opacity-55 data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-[0_0_0_1px_var(--color-edge)]"
              >
                {t(`appearance.${theme}`)}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
          <SaveStateNote state={state} />
        </div>
      </div>
    </Section>
  );
}
