import type { Clock } from '../../../shared/clock.ts';
import type { ProcessFacts } from '../process-watcher.ts';
import { BesideLooks } from './beside-looks.ts';
import { isSteam, type SignalValues, seenNow } from './evidence-of.ts';
import { clientOf, GameJudge, type GameJudgeOptions } from './game-judge.ts';
import { GameRoster } from './game-roster.ts';
import type { GameSessions } from './game-session.ts';
import type { Membership } from './membership.ts';
import { PlainPrograms } from './plain-programs.ts';
import { ProcessTable } from './process-table.ts';
import { isPlainProgram, isStoreClient } from './program-role.ts';
import type { TrackedProcess } from './tracked-process.ts';

export interface GameTrackerOptions extends Omit<GameJudgeOptions, 'steamApp'> {
  readonly besideOf: (path: string) => Promise<readonly string[]>;
  readonly ownPids: () => readonly number[];
  readonly isRunning: (pid: number) => boolean;
  /** Looks at a process that was not told of. */
  readonly read: (pid: number) => ProcessFacts | undefined;
  readonly signals: () => SignalValues;
  readonly clock: Clock;
  /** Evidence that came later changed something. */
  readonly onLater: () => void;
  readonly onBesideFailed: (error: unknown) => void;
}

/** So far up parents are looked at that were not told of. */
const UNKNOWN_PARENTS_LIMIT = 8;
/** So many processes may be remembered that have ended. */
const UNNOTICED_LIMIT = 1_000;
/** How far up from a window's process its launcher is looked for. */
const WINDOW_OWNERS_LIMIT = 8;

/**
 * Follows all processes and knows which belong to which game. Each method decides at once from what is known; what
 * takes longer (the files beside a program) decides again when it is there.
 */
export class GameTracker implements Disposable {
  readonly #options: GameTrackerOptions;
  readonly #table: ProcessTable;
  readonly #judge: GameJudge;
  readonly #roster = new GameRoster(
    (process) => this.#isInFront(process),
    () => this.#options.clock.now().getTime(),
  );
  readonly #looks: BesideLooks;
  /** Pids of the system's own processes. */
  #passed: ReadonlySet<number> = new Set();
  #sizeAfterLook = 0;
  readonly #recorders = new Set<TrackedProcess>();
  readonly #plain = new PlainPrograms();

  constructor(options: GameTrackerOptions) {
    this.#options = options;
    this.#table = new ProcessTable(options.ownPids);
    this.#judge = new GameJudge({ ...options, steamApp: () => options.signals().steamApp });
    this.#looks = new BesideLooks({
      besideOf: options.besideOf,
      isAlive: (process) => this.#table.get(process.pid) === process && options.isRunning(process.pid),
      onFound: (process, beside) => {
        process.seen = { ...process.seen, beside };
        this.#decideAnew(process);
        options.onLater();
      },
      onFailed: options.onBesideFailed,
    });
  }

  get sessions(): GameSessions {
    return this.#roster.sessions;
  }

  /** Processes of games that run now. */
  players(): readonly TrackedProcess[] {
    return this.#roster.players();
  }

  get(pid: number): TrackedProcess | undefined {
    return this.#table.get(pid);
  }

  /** Whether no other process plays the game that this one plays. */
  isLastPlayer(process: TrackedProcess): boolean {
    return this.#roster.isLastPlayer(process);
  }

  isRecording(): boolean {
    return this.#recorders.size > 0;
  }

  started(facts: ProcessFacts): void {
    this.#meetParents(facts.parentPid);
    const before = this.#table.get(facts.pid);
    const process = this.#table.started(facts);
    if (process === undefined) return;
    // Another process had the pid, and its end was never told.
    if (before !== undefined && before !== process) this.#left(before);
    this.#meet(process, before !== process);
    this.#plain.note(process, (programs) => this.#isMarked(programs));
  }

  /**
   * Whether the look at a process that became this program may wait until the next look at what was missed: nothing is
   * known of the process, and the program was judged before and could not be a game.
   */
  mayWait(pid: number, executable: string): boolean {
    if (!this.#plain.has(executable)) return false;
    const known = this.#table.get(pid);
    return known === undefined || (known.isFork && known.fromParent === null && known.steamAppId === null);
  }

  /** To be called when what the desktop says about programs may have changed. */
  forgetPlainPrograms(): void {
    this.#plain.forget();
  }

  forked(pid: number, parentPid: number): void {
    const before = this.#table.get(pid);
    const process = this.#table.forked(pid, parentPid);
    if (process === undefined) return;
    if (before !== undefined) this.#left(before);
    this.#inherit(process);
    // It still is the program that its parent is.
    if (process.fromParent !== null) this.#roster.place(process, process.fromParent, this.#now());
  }

  ended(pid: number): void {
    const process = this.#table.ended(pid);
    if (process !== undefined) this.#left(process);
  }

  listed(list: readonly ProcessFacts[]): void {
    const { ended, changed } = this.#table.settle(list);
    // What a game became or handed over to joins before the game leaves: it never ends in between.
    for (const process of changed) this.#meet(process, process.membership === null);
    for (const process of ended) this.#left(process);
    this.#sizeAfterLook = this.#table.size;
  }

  /**
   * Finds what is new and what has ended without looking at what is known.
   * @param read Looks at one process; undefined: it is none that could be a game.
   */
  compared(pids: readonly number[], read: (pid: number) => ProcessFacts | undefined): void {
    const { ended, unknown } = this.#table.compare(pids);
    const passed = new Set<number>();
    for (const pid of unknown) {
      const facts = this.#passed.has(pid) ? undefined : read(pid);
      if (facts === undefined) passed.add(pid);
      else this.started(facts);
    }
    this.#passed = passed;
    this.#sizeAfterLook = this.#table.size;
    for (const process of ended) this.#left(process);
  }

  /** Many processes were noticed since the last look at all: some of them may have ended unnoticed. */
  get isStale(): boolean {
    return this.#table.size > this.#sizeAfterLook + UNNOTICED_LIMIT;
  }

  /** Judges all processes again. */
  refresh(): void {
    this.#plain.forget();
    for (const process of this.#table.values()) {
      this.#inherit(process);
      this.#decide(process);
    }
  }

  /** Ends the wait for another match when it has lasted long enough; to be called every few seconds. */
  lookAtClients(): void {
    this.#roster.lookAtClients();
  }

  /** Judges those processes again about which the signals tell something new. */
  signalled(): void {
    const values = this.#options.signals();
    const pids = new Set([...(values.cards?.keys() ?? []), ...values.gameMode]);
    if (values.foreground !== null) pids.add(values.foreground.pid);
    for (const pid of pids) {
      const process = this.#table.get(pid);
      if (process === undefined) continue;
      const seen = seenNow(process, values);
      if (seen === process.seen) continue;
      process.seen = seen;
      if (seen.window === 'full-screen' && seen.beside === null) this.#looks.want(process, { now: true });
      this.#decideAnew(process);
    }
    this.#roster.lookAtClients();
  }

  /** Judges what Steam started again: it now says that an app runs, or that none does. */
  steamAppChanged(): void {
    for (const process of [...this.#table.values()]) {
      if (process.ancestors.some(isSteam)) this.#decideAnew(process);
    }
  }

  [Symbol.dispose](): void {
    this.#looks[Symbol.dispose]();
  }

  /** A shell's copy of itself, say, is not told of, but starts programs. */
  #meetParents(pid: number): void {
    const unknown: ProcessFacts[] = [];
    for (let next = pid; next > 1 && unknown.length < UNKNOWN_PARENTS_LIMIT; ) {
      if (this.#table.get(next) !== undefined) break;
      const facts = this.#options.read(next);
      if (facts === undefined) break;
      unknown.push(facts);
      next = facts.parentPid;
    }
    for (const facts of unknown.toReversed()) {
      const process = this.#table.started(facts);
      if (process !== undefined) this.#meet(process, true);
    }
  }

  #meet(process: TrackedProcess, isNew: boolean): void {
    process.seen = seenNow(process, this.#options.signals());
    this.#inherit(process);
    this.#countRecorder(process, process.isRecorder);
    if (isNew) this.#decide(process);
    else this.#decideAnew(process);
    if (!process.isOwn && process.seen.beside === null) this.#looks.want(process);
  }

  #left(process: TrackedProcess): void {
    this.#countRecorder(process, false);
    this.#roster.place(process, null, this.#now());
  }

  #countRecorder(process: TrackedProcess, records: boolean): void {
    if (records) this.#recorders.add(process);
    else this.#recorders.delete(process);
  }

  /** What a process started plays the same game; the parent's is remembered when the parent is gone. */
  #inherit(process: TrackedProcess): void {
    const parent = this.#table.parentOf(process);
    if (parent !== undefined)
      process.fromParent = parent.membership?.role === 'player' ? parent.membership : null;
  }

  #decide(process: TrackedProcess): void {
    // A copy of a process is what its parent is until it is a program of its own.
    const judged = process.isFork ? process.fromParent : this.#judge.judge(process);
    const membership = judged?.certainty === 'game' ? judged : (process.asClient ?? judged);
    this.#roster.place(process, membership, this.#now());
    if (membership?.role === 'player' && process.fromParent?.certainty !== 'game') {
      this.#findClient(process, membership);
    }
  }

  #isMarked(programs: readonly string[]): boolean {
    const { categoriesOf, gameOf } = this.#options;
    return (
      categoriesOf(programs)?.includes('Game') === true ||
      programs.some((program) => gameOf(program) !== undefined)
    );
  }

  /** Decides about a process that may have children: they belong to what it belongs to. */
  #decideAnew(process: TrackedProcess): void {
    const before = process.membership?.key;
    this.#decide(process);
    if (process.membership?.key === before) return;
    const parents = new Set([process]);
    // A parent comes before its children.
    for (const child of this.#table.values()) {
      const parent = this.#table.parentOf(child);
      if (parent === undefined || !parents.has(parent)) continue;
      const childBefore = child.membership?.key;
      this.#inherit(child);
      this.#decide(child);
      if (child.membership?.key !== childBefore) parents.add(child);
    }
  }

  /** What a store's client started, and what then started the game, may start the next match too. */
  #findClient(process: TrackedProcess, { key, name, certainty }: Membership): void {
    if (certainty === 'maybe') return;
    const [line, ofParent] = process.ancestors;
    const parent = this.#table.parentOf(process);
    if (parent === undefined || parent.membership?.certainty === 'game' || parent.isOwn) return;
    if (line === undefined || ofParent === undefined) return;
    if (!isPlainProgram(line) || !isStoreClient(ofParent)) return;
    parent.asClient = clientOf(key, name, parent);
    this.#roster.place(parent, parent.asClient, this.#now());
  }

  #isInFront(client: TrackedProcess): boolean {
    const { foreground } = this.#options.signals();
    let process = foreground === null ? undefined : this.#table.get(foreground.pid);
    for (let step = 0; process !== undefined && step < WINDOW_OWNERS_LIMIT; step += 1) {
      if (process === client) return true;
      process = this.#table.parentOf(process);
    }
    return false;
  }

  #now(): string {
    return this.#options.clock.now().toISOString();
  }
}
