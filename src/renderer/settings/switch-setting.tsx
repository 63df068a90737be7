import { useId } from 'react';
import { type SettingsChange, useSaveSettings } from '../api/use-save-settings.ts';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { SettingRow } from './section.tsx';

/** Something that is on or off, saved at once. */
export function SwitchSetting({
  label,
  help,
  checked,
  disabled,
  toChange,
}: {
  label: string;
  help: string;
  checked: boolean;
  disabled: boolean;
  toChange: (checked: boolean) => SettingsChange;
}) {
  const id = useId();
  const { save, state } = useSaveSettings();
  return (
    <SettingRow
      label={label}
      labelFor={id}
      help={help}
      helpId={`${id}-help`}
      note={<SaveStateNote state={state} />}
    >
      <ToggleSwitch
        id={id}
        aria-describedby={`${id}-help`}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(wanted) => save(toChange(wanted))}
      />
    </SettingRow>
  );
}
