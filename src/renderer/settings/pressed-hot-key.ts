import { formatHotKey, type HotKeyModifier, mayBeGlobal } from '../../shared/hot-key.ts';

/** What a press of keys asks for while the hot key is being chosen. */
export type PressedHotKey =
  /** Only modifiers so far. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'chosen'; readonly hotKey: string }
  | { readonly kind: 'refused'; readonly problem: 'modifier' | 'key' };

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

const MODIFIER_KEYS = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'OS', 'Super']);
/** Electron's names of keys whose own differ. */
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  AudioVolumeUp: 'VolumeUp',
  AudioVolumeDown: 'VolumeDown',
  AudioVolumeMute: 'VolumeMute',
  MediaTrackNext: 'MediaNextTrack',
  MediaTrackPrevious: 'MediaPreviousTrack',
};
const SAME_NAME =
  /^(F\d{1,2}|Space|Backspace|Delete|Insert|Enter|Home|End|PageUp|PageDown|MediaStop|MediaPlayPause|PrintScreen)$/;

export function pressedHotKey(press: KeyPress, isMac: boolean): PressedHotKey {
  if (MODIFIER_KEYS.has(press.key)) return { kind: 'waiting' };
  const key = keyOf(press);
  if (key === undefined) return { kind: 'refused', problem: 'key' };
  const modifiers: HotKeyModifier[] = [
    ...(isMac
      ? ([press.metaKey && 'CommandOrControl', press.ctrlKey && 'Control'] as const)
      : ([press.ctrlKey && 'CommandOrControl', press.metaKey && 'Super'] as const)),
    press.altKey && ('Alt' as const),
    press.shiftKey && ('Shift' as const),
  ].filter((modifier) => modifier !== false);
  const hotKey = { modifiers, key };
  return mayBeGlobal(hotKey)
    ? { kind: 'chosen', hotKey: formatHotKey(hotKey) }
    : { kind: 'refused', problem: 'modifier' };
}

/** The letter that the layout prints; where Alt makes it another character, the one at that place of the keyboard. */
function keyOf({ key, code }: KeyPress): string | undefined {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const placed = /^(?:Key|Digit)([A-Z\d])$/.exec(code)?.[1];
  if (placed !== undefined) return placed;
  const name = NAMES[code] ?? code;
  return name !== code || SAME_NAME.test(code) ? name : undefined;
}
