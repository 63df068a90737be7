import type { ProcessFacts } from '../process-watcher.ts';
import { programsOfProcess } from '../programs-of-process.ts';
import { isRecorder } from './program-role.ts';
import { NOTHING_SEEN, type TrackedProcess } from './tracked-process.ts';

/** A longer line of ancestors is cut at its far end. */
const ANCESTORS_LIMIT = 16;
/** Programs whose names are remembered. */
const NAMES_LIMIT = 1_000;
/** Arguments of an ancestor that are remembered. */
const LINE_LIMIT = 16;

/** How the list of all processes differs from what the table held. */
export interface Settled {
  readonly ended: readonly TrackedProcess[];
  /** New, or running another program; a parent comes before its children. */
  readonly changed: readonly TrackedProcess[];
}

/**
 * All running processes, and who started whom: remembered from the start of each, as the system forgets it when a
 * parent ends. A pid that was given away again is told by the identity of the process.
 */
export class ProcessTable {
  readonly #processes = new Map<number, TrackedProcess>();
  readonly #ownPids: () => readonly number[];
  /** Whether a program records the screen, by its path. */
  readonly #recorders = new Map<string, boolean>();
  #order = 0;

  constructor(ownPids: () => readonly number[]) {
    this.#ownPids = ownPids;
  }

  get size(): number {
    return this.#processes.size;
  }

  get(pid: number): TrackedProcess | undefined {
    return this.#processes.get(pid);
  }

  /** In the order in which they were noticed: parents before their children. */
  values(): Iterable<TrackedProcess> {
    return this.#processes.values();
  }

  /** The process that started this one, while it runs. */
  parentOf({ parentPid, order }: TrackedProcess): TrackedProcess | undefined {
    const parent = this.#processes.get(parentPid);
    // A younger process only has the pid of the parent, which is gone.
    return parent !== undefined && parent.order < order ? parent : undefined;
  }

  /** A process started or became another program; undefined: nothing is new about it. */
  started(facts: ProcessFacts): TrackedProcess | undefined {
    const known = this.#processes.get(facts.pid);
    if (known === undefined || !isSame(known, facts)) return this.#add(facts);
    if (known.isFork) known.isFork = false;
    else if (isUnchanged(known.facts, facts)) return undefined;
    if (isBlank(facts)) {
      known.facts = { ...known.facts, identity: facts.identity, startOrder: facts.startOrder };
      return undefined;
    }
    this.#become(known, facts);
    return known;
  }

  /** A process made a copy of itself; undefined: that process is not known. */
  forked(pid: number, parentPid: number): TrackedProcess | undefined {
    const parent = this.#processes.get(parentPid);
    if (parent === undefined || pid === parentPid) return undefined;
    this.#processes.delete(pid);
    const child: TrackedProcess = {
      ...parent,
      pid,
      order: this.#order++,
      facts: { ...parent.facts, pid, parentPid, startOrder: null },
      isFork: true,
      ancestors: cut(lineOf(parent), parent.ancestors),
      parentPid,
      seen: { ...NOTHING_SEEN, beside: parent.seen.beside },
      membership: null,
      fromParent: null,
      fromItself: null,
      asClient: null,
    };
    this.#processes.set(pid, child);
    return child;
  }

  ended(pid: number): TrackedProcess | undefined {
    const process = this.#processes.get(pid);
    this.#processes.delete(pid);
    return process;
  }

  /** Drops what is not among the pids that run, and gives those that are new or were not looked at yet. */
  compare(pids: readonly number[]): {
    readonly ended: readonly TrackedProcess[];
    readonly unknown: readonly number[];
  } {
    const running = new Set(pids);
    const ended: TrackedProcess[] = [];
    for (const process of this.#processes.values()) {
      if (running.has(process.pid)) continue;
      this.#processes.delete(process.pid);
      ended.push(process);
    }
    return { ended, unknown: pids.filter((pid) => this.#processes.get(pid)?.isFork !== false) };
  }

  /** Takes over the list of all processes that run now. */
  settle(list: readonly ProcessFacts[]): Settled {
    const byPid = new Map(list.map((facts) => [facts.pid, facts]));
    const ended: TrackedProcess[] = [];
    for (const process of this.#processes.values()) {
      const now = byPid.get(process.pid);
      if (now === undefined || !isSame(process, now)) {
        this.#processes.delete(process.pid);
        ended.push(process);
      }
    }
    const changed: TrackedProcess[] = [];
    for (const facts of parentsFirst(byPid)) {
      const process = this.started(facts);
      if (process !== undefined) changed.push(process);
    }
    return { ended, changed };
  }

  #add(facts: ProcessFacts): TrackedProcess {
    const { pid, parentPid } = facts;
    const known = this.#processes.get(parentPid);
    // A parent that is younger than its child has the pid of the real one, which is gone.
    const parent = known !== undefined && pid !== parentPid && !isYounger(known, facts) ? known : undefined;
    const { programs, steamAppId } = programsOfProcess(facts);
    const process: TrackedProcess = {
      pid,
      order: this.#order++,
      facts,
      isFork: false,
      ancestors: parent === undefined ? [] : cut(lineOf(parent), parent.ancestors),
      parentPid: parent?.pid ?? 0,
      programs,
      steamAppId: steamAppId ?? parent?.steamAppId ?? null,
      isOwn: parent?.isOwn === true || this.#ownPids().includes(pid),
      seen: NOTHING_SEEN,
      isRecorder: this.#isRecorder(programs),
      membership: null,
      fromParent: null,
      fromItself: null,
      asClient: null,
    };
    this.#processes.delete(pid);
    this.#processes.set(pid, process);
    return process;
  }

  /** Programs start again and again: what their names say is worked out once. */
  #isRecorder(programs: readonly string[]): boolean {
    const [program = ''] = programs;
    const known = this.#recorders.get(program);
    if (known !== undefined) return known;
    if (this.#recorders.size >= NAMES_LIMIT) this.#recorders.clear();
    const found = isRecorder(program);
    this.#recorders.set(program, found);
    return found;
  }

  #become(process: TrackedProcess, facts: ProcessFacts): void {
    const { programs, steamAppId } = programsOfProcess(facts);
    const before = lineOf(process);
    // What ran in a process before tells where its program comes from; a fork ran what its parent runs.
    if (!isSameList(process.ancestors[0], before) && !isSameList(process.programs, programs)) {
      process.ancestors = cut(before, process.ancestors);
    }
    if (facts.executable !== process.facts.executable) process.seen = NOTHING_SEEN;
    process.facts = facts;
    process.programs = programs;
    process.steamAppId = steamAppId ?? process.steamAppId;
    process.isOwn ||= this.#ownPids().includes(process.pid);
    process.isRecorder = this.#isRecorder(programs);
    process.fromItself = process.membership ?? process.fromItself;
    process.asClient = null;
  }
}

function cut(
  nearest: readonly string[],
  others: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return [nearest, ...others.slice(0, ANCESTORS_LIMIT - 1)];
}

function isSame(process: TrackedProcess, facts: ProcessFacts): boolean {
  return process.isFork || process.facts.identity === facts.identity;
}

function isUnchanged(before: ProcessFacts, now: ProcessFacts): boolean {
  return before.executable === now.executable && isSameList(before.argv, now.argv);
}

function isSameList(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((text, index) => text === other[index]);
}

/** A process as its descendants remember it: its command line, or its program where that may not be read. */
function lineOf({ facts }: TrackedProcess): readonly string[] {
  return facts.argv.length > 0 ? facts.argv.slice(0, LINE_LIMIT) : [facts.executable];
}

/** A process whose first thread has ended shows no path any more: it still is the program it was. */
function isBlank({ executable, argv }: ProcessFacts): boolean {
  return argv.length === 0 && !/[\\/]/.test(executable);
}

function isYounger(process: TrackedProcess, than: ProcessFacts): boolean {
  const { startOrder } = process.facts;
  return startOrder !== null && than.startOrder !== null && startOrder > than.startOrder;
}

/** Each process after its parent where that is listed; processes in a ring come in some order. */
function parentsFirst(byPid: ReadonlyMap<number, ProcessFacts>): ProcessFacts[] {
  const sorted: ProcessFacts[] = [];
  const visited = new Set<number>();
  for (const facts of byPid.values()) {
    const line: ProcessFacts[] = [];
    for (
      let next: ProcessFacts | undefined = facts;
      next !== undefined && !visited.has(next.pid);
      next = byPid.get(next.parentPid)
    ) {
      visited.add(next.pid);
      line.push(next);
    }
    for (const one of line.toReversed()) sorted.push(one);
  }
  return sorted;
}
