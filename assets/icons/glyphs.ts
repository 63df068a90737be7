/** The drawings. Two units are one pixel of a 16-pixel icon, so even coordinates stay sharp there. */
export const GLYPH_UNITS = 32;

/** Gata is a cat: the head is the frame of every state, what is cut out of it tells the state. */
export const HEAD = 'M2 5c0-2.6 3-3.8 4.8-2L12 8h8l5.2-5C27 1.2 30 2.4 30 5v13c0 7-5.6 12-14 12S2 25 2 18z';

export interface Glyph {
  /** A filled head, or only its outline. */
  readonly head: 'filled' | 'outline';
  /** Cut out of a filled head, drawn inside an outlined one. */
  readonly marks: string;
  readonly onDark: string;
  readonly onLight: string;
}

const EYES =
  '<rect x="8" y="13" width="4" height="8" rx="2"/><rect x="20" y="13" width="4" height="8" rx="2"/>';

/** Clear of the outline. */
const CLOSER_EYES =
  '<rect x="10" y="14" width="4" height="8" rx="1.5"/><rect x="18" y="14" width="4" height="8" rx="1.5"/>';

export const TRAY_GLYPHS = {
  working: { head: 'filled', marks: EYES, onDark: '#4fd1a5', onLight: '#0b7a56' },
  ready: { head: 'outline', marks: CLOSER_EYES, onDark: '#eef4f1', onLight: '#26332e' },
  paused: {
    head: 'filled',
    marks: '<path d="M10 12h4v12h-4zM18 12h4v12h-4z"/>',
    onDark: '#f4c04d',
    onLight: '#8a5b00',
  },
  'paused-by-game': {
    head: 'filled',
    marks: '<path d="M8 12h4v4h4v4h-4v4H8v-4H4v-4h4zM20 18h4v4h-4zM24 12h4v4h-4z"/>',
    onDark: '#b79cff',
    onLight: '#5f35c4',
  },
  offline: {
    head: 'outline',
    marks: '<path d="M4 29 28 5" fill="none" stroke="#000" stroke-width="4"/>',
    onDark: '#a9b5b0',
    onLight: '#616d68',
  },
  error: {
    head: 'filled',
    marks: '<path d="M14 10h4v10h-4zM14 22h4v4h-4z"/>',
    onDark: '#ff7b72',
    onLight: '#b3261e',
  },
} as const satisfies Record<string, Glyph>;

/** The app's icon: the head of `working` on a dark tile. */
export const APP_TILE = { background: '#16211c', head: '#4fd1a5', eyes: '#16211c' };
export const APP_EYES = EYES;
