/**
 * Names of key combinations as Electron's `globalShortcut` takes them ("accelerators"):
 * https://www.electronjs.org/docs/latest/tutorial/keyboard-shortcuts
 */

export interface HotKey {
  /** In the order in which they are shown. */
  readonly modifiers: readonly HotKeyModifier[];
  readonly key: string;
}

const MODIFIERS = ['CommandOrControl', 'Control', 'Command', 'Super', 'Alt', 'AltGr', 'Shift'] as const;
export type HotKeyModifier = (typeof MODIFIERS)[number];

const MODIFIER_NAMES: Readonly<Record<string, HotKeyModifier>> = {
  commandorcontrol: 'CommandOrControl',
  cmdorctrl: 'CommandOrControl',
  control: 'Control',
  ctrl: 'Control',
  command: 'Command',
  cmd: 'Command',
  super: 'Super',
  meta: 'Super',
  alt: 'Alt',
  option: 'Alt',
  altgr: 'AltGr',
  shift: 'Shift',
};

const NAMED_KEYS = [
  ...['Plus', 'Space', 'Tab', 'Capslock', 'Numlock', 'Scrolllock', 'Backspace', 'Delete', 'Insert', 'Return'],
  ...['Enter', 'Up', 'Down', 'Left', 'Right', 'Home', 'End', 'PageUp', 'PageDown', 'Escape', 'Esc'],
  ...['VolumeUp', 'VolumeDown', 'VolumeMute', 'MediaNextTrack', 'MediaPreviousTrack', 'MediaStop'],
  ...['MediaPlayPause', 'PrintScreen', 'numdec', 'numadd', 'numsub', 'nummult', 'numdiv'],
  ...Array.from({ length: 10 }, (_, digit) => `num${digit}`),
  ...Array.from({ length: 24 }, (_, number) => `F${number + 1}`),
];
const KEYS = new Map(NAMED_KEYS.map((name) => [name.toLowerCase(), name]));
/** Every key that prints one character has its character for a name, but `+`, which parts the names. */
const CHARACTER_KEY = /^[\dA-Z!-*,-/:-@[-`{-~]$/;
/** Keys that nobody types with, so that they may stand alone. */
const LONE_KEY = /^(F(1[3-9]|2[0-4])|Volume\w+|Media\w+)$/;
/** With one of these a key types nothing; Shift, and on many layouts AltGr, only choose what it types. */
const COMMANDING: ReadonlySet<HotKeyModifier> = new Set([
  'CommandOrControl',
  'Control',
  'Command',
  'Super',
  'Alt',
]);

/** The combination that an accelerator names; undefined when it names none, or one that typing would need. */
export function parseHotKey(accelerator: string): HotKey | undefined {
  const names = accelerator.split('+').map((name) => name.trim());
  const key = keyNamed(names.pop() ?? '');
  if (key === undefined) return undefined;
  const modifiers = new Set<HotKeyModifier>();
  for (const name of names) {
    const modifier = MODIFIER_NAMES[name.toLowerCase()];
    if (modifier === undefined || modifiers.has(modifier)) return undefined;
    modifiers.add(modifier);
  }
  const hotKey = { modifiers: MODIFIERS.filter((modifier) => modifiers.has(modifier)), key };
  return mayBeGlobal(hotKey) ? hotKey : undefined;
}

/** Whether taking the combination away from all other programs leaves everything to be typed. */
export function mayBeGlobal({ modifiers, key }: HotKey): boolean {
  return LONE_KEY.test(key) || modifiers.some((modifier) => COMMANDING.has(modifier));
}

export function formatHotKey({ modifiers, key }: HotKey): string {
  return [...modifiers, key].join('+');
}

/** The keys as a keyboard of the platform names them: `['Ctrl', 'Alt', 'P']`. */
export function hotKeyCaps({ modifiers, key }: HotKey, platform: 'mac' | 'windows' | 'linux'): string[] {
  const caps: Record<HotKeyModifier, string> = {
    CommandOrControl: platform === 'mac' ? 'Cmd' : 'Ctrl',
    Control: 'Ctrl',
    Command: 'Cmd',
    Super: platform === 'mac' ? 'Cmd' : platform === 'windows' ? 'Win' : 'Super',
    Alt: platform === 'mac' ? 'Option' : 'Alt',
    AltGr: 'AltGr',
    Shift: 'Shift',
  };
  return [...modifiers.map((modifier) => caps[modifier]), key];
}

function keyNamed(name: string): string | undefined {
  const upper = name.toUpperCase();
  return CHARACTER_KEY.test(upper) ? upper : KEYS.get(name.toLowerCase());
}
