import { fileName } from '../program-path.ts';
import { besideEvidence } from './beside-evidence.ts';
import { type CommandLine, readCommandLine } from './command-line-signs.ts';
import { type Companion, companionByFolder, companionByName } from './companion.ts';
import { originSigns, presenceSigns } from './context-signs.ts';
import type { ProcessEvidence } from './evidence.ts';
import { stemOf, wordsOf } from './name-words.ts';
import {
  isHeadsetCompositor,
  isStoresOwn,
  type Platform,
  platformOf,
  type StoreFolder,
  storeFolderOf,
} from './platforms.ts';
import { GAME_POINTS, MAYBE_POINTS, type Sign } from './signs.ts';
import type { Verdict } from './verdict.ts';

/** The program that is judged, of all that a process runs. */
interface Subject {
  readonly program: string;
  readonly lower: string;
  /** Its file's name without `.exe`, lower-case. */
  readonly stem: string;
  readonly platform: Platform | undefined;
  /** The game's folder of a store that it lies in, by the look of its path. */
  readonly folder: StoreFolder | undefined;
}

/**
 * Whether a process is a game: the user's word first; then what rules a game out, as being a crash reporter; then the
 * weight of all signs. Knows kinds of evidence, no names of games. Never throws, whatever the evidence holds.
 */
export function classify(evidence: ProcessEvidence): Verdict {
  const subject = subjectOf(evidence);
  const { program, stem } = subject;
  const name = nameOf(evidence, subject);
  const verdict = (kind: Verdict['kind'], reasons: readonly string[]): Verdict => ({
    kind,
    name,
    key: evidence.installed?.id ?? `program:${program === '' ? 'unknown' : program}`,
    executable: program,
    reasons: reasons.length > 0 ? reasons : ['Nothing speaks for a game.'],
  });

  if (evidence.choice === 'ignore') return verdict('not-a-game', ['You said that it is to be ignored.']);
  if (evidence.choice !== null) return verdict('game', ['You said that it is a game.']);
  if (isHeadsetCompositor(stem))
    return verdict('game', ['It draws for a headset that somebody looks through.']);

  const commandLine = readCommandLine(evidence.argv);
  const refusal = refusalOf(evidence, subject, commandLine);
  if (refusal !== undefined) return verdict('not-a-game', [refusal]);

  const signs = signsOf(evidence, subject, commandLine);
  const points = signs.reduce((sum, sign) => sum + sign.points, 0);
  const kind = points >= GAME_POINTS ? 'game' : points >= MAYBE_POINTS ? 'maybe' : 'not-a-game';
  const spoken = signs
    .filter((sign) => (kind === 'not-a-game') === sign.points < 0)
    .sort((left, right) => Math.abs(right.points) - Math.abs(left.points));
  return verdict(kind, [...new Set(spoken.map(({ reason }) => reason))]);
}

/** The first program that is no platform, as Wine or a shell; the first of all where every one is. */
function subjectOf({ programs }: ProcessEvidence): Subject {
  let foremost: Subject | undefined;
  for (const program of programs) {
    const lower = program.toLowerCase();
    const stem = stemOf(fileName(lower));
    const platform = platformOf(lower, stem);
    const subject = { program, lower, stem, platform, folder: storeFolderOf(program, lower) };
    if (subject.platform === undefined) return subject;
    foremost ??= subject;
  }
  return foremost ?? { program: '', lower: '', stem: '', platform: undefined, folder: undefined };
}

/** Why it is no game, whatever speaks for one; undefined: nothing says so. */
function refusalOf(
  evidence: ProcessEvidence,
  { program, lower, platform, folder }: Subject,
  { refusal, signs }: CommandLine,
): string | undefined {
  const { installed, ruledOut } = evidence;
  if (typeof ruledOut === 'string' && installed === null) return `Its store says so: ${ruledOut}`;
  if (refusal !== undefined) return refusal;
  const startsOthers = platform === 'loader' || platform === 'desktop';
  // A game in Java has nothing but Java for a program, and a game may be called like the part of a desktop.
  const isGames =
    signs.some(({ points }) => points >= GAME_POINTS) || withinFolder(lower, installed?.folder) !== null;
  if (platform !== undefined && !(startsOthers && isGames)) return PLATFORM_REASONS[platform];
  if (isStoresOwn(lower) && installed === null) return "It is the store's own, not a game.";
  const companion = companionOf(evidence, program, lower, folder);
  if (companion === undefined) return undefined;
  return companion.kind === 'launcher' && playsInFullScreen(evidence) ? undefined : companion.reason;
}

const PLATFORM_REASONS = {
  'store-client': "It is a store's client, not a game.",
  loader: 'It starts other programs.',
  desktop: 'It is part of the desktop.',
  system: 'It is part of the system.',
} as const;

function companionOf(
  { installed }: ProcessEvidence,
  program: string,
  lower: string,
  folder: StoreFolder | undefined,
): Companion | undefined {
  return (
    companionByName(fileName(program), wordsOf(installed?.title ?? '')) ??
    companionByFolder(lower, withinFolder(lower, installed?.folder) ?? folder?.within ?? null)
  );
}

/** What of a path comes after a folder that it lies in; null: it does not. */
function withinFolder(lower: string, folder: string | undefined): string | null {
  if (folder === undefined) return null;
  const prefix = folder.replaceAll('\\', '/').toLowerCase().replace(/\/+$/, '');
  return lower.startsWith(`${prefix}/`) ? lower.slice(prefix.length + 1) : null;
}

/** What is called a launcher but is played in: some games' only program is. */
function playsInFullScreen({ window, drawsOnGpu, installed, inGameMode }: ProcessEvidence): boolean {
  return window === 'full-screen' && drawsOnGpu === true && (installed !== null || inGameMode);
}

function signsOf(
  evidence: ProcessEvidence,
  { lower, stem, folder }: Subject,
  { signs, opensConsoleImage }: CommandLine,
): readonly Sign[] {
  const collected = [
    ...originSigns(evidence, lower, folder),
    ...signs,
    ...besideEvidence(evidence.beside ?? [], stem),
    ...presenceSigns(evidence),
  ];
  if (opensConsoleImage) {
    collected.push({ points: 5, reason: 'It was started with the image of a console’s game.' });
  }
  // Where the store says that this is a game's folder, an application inside it is that game.
  return evidence.installed === null ? collected : collected.filter(({ points }) => points > 0);
}

function nameOf({ installed }: ProcessEvidence, { program, folder }: Subject): string {
  if (installed !== null) return installed.title;
  if (folder !== undefined) return folder.title;
  const name = fileName(program);
  const plain = stemOf(name).replace(/-(Win(64|32|GDK)|Linux)-(Shipping|Test)$/i, '');
  return plain || name || program || 'Unknown program';
}
