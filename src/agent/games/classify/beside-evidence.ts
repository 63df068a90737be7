import { type BesideSign, besideSign } from './beside-signs.ts';
import type { Sign } from './signs.ts';

/** More names than `BesideReader` gives are not looked at. */
const NAMES_LIMIT = 512;
/** So a name begins that lies beside the program's folder, not beside the program. */
export const IN_PARENT = '../';

/** What lies beside a program says about it. `stem`: its own name, lower-case, without `.exe`. */
export function besideEvidence(beside: readonly string[], stem: string): readonly Sign[] {
  const found = new Map<BesideSign, Set<string>>();
  for (const entry of beside.slice(0, NAMES_LIMIT)) {
    const above = entry.startsWith(IN_PARENT);
    const name = above ? entry.slice(IN_PARENT.length) : entry;
    const marker = besideSign(name, stem);
    if (marker === undefined) continue;
    // A folder above may be anybody's: only what is a game's alone counts there.
    if (above && !['engine', 'store', 'anti-cheat', 'content'].includes(marker.sign)) continue;
    const whats = found.get(marker.sign) ?? new Set();
    whats.add(marker.sign === 'content' || marker.sign === 'console' ? name.toLowerCase() : marker.what);
    found.set(marker.sign, whats);
  }
  const signs: Sign[] = [];
  const tell = (sign: BesideSign, points: number, say: (whats: string) => string, atLeast = 1) => {
    const whats = found.get(sign);
    if (whats === undefined || whats.size < atLeast) return;
    signs.push({ points, reason: say([...whats].slice(0, 3).join(', ')) });
  };
  tell('engine', 3.5, (whats) => `A game engine's files lie beside it (${whats}).`);
  tell('store', 4, (whats) => `A store's files for games lie beside it (${whats}).`);
  tell('anti-cheat', 4, (whats) => `Protection against cheating lies beside it (${whats}).`);
  tell(
    'middleware',
    found.get('middleware')?.size === 1 ? 1 : 2,
    (whats) => `Libraries of games lie beside it (${whats}).`,
  );
  tell('content', 1, (whats) => `Folders as games have them lie beside it (${whats}).`, 2);
  tell('console', 5, (whats) => `Folders as emulators of consoles have them lie beside it (${whats}).`, 2);
  // Games are built on Chromium too: then an engine's files or a store's lie beside it as well.
  const ofGame = found.has('engine') || found.has('store') || found.has('anti-cheat');
  if (!ofGame) tell('browser', -6, (whats) => `It is built on a browser (${whats}).`);
  tell('web-view', -2, (whats) => `It shows web pages (${whats}).`);
  tell('toolkit', -2, (whats) => `It has windows with buttons and menus (${whats}).`);
  tell('media', -4, () => 'It plays films and sound.');
  return signs;
}
