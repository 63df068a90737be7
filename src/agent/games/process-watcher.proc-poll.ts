import { PollingProcessWatcher, type ProcessSource } from './polling-process-watcher.ts';
import type { ProcReader } from './proc-reader.linux.ts';
import type { ProcessFacts } from './process-watcher.ts';

/** A look for newcomers costs a twentieth of a list of all processes. */
const PERIODS = { hurriedMs: 50, calmMs: 250 };
/** With more new pids than this, a list of all processes is cheaper than a look at each. */
const NEW_PIDS_LIMIT = 64;

/** Sees processes by reading `/proc`, where the proc connector may not be used. */
export function createProcPollWatcher(reader: ProcReader): PollingProcessWatcher {
  return new PollingProcessWatcher({
    mechanism: 'proc-polling',
    periods: PERIODS,
    source: new ProcSource(reader),
  });
}

class ProcSource implements ProcessSource {
  readonly #reader: ProcReader;
  /** The newest pid at the last look, and at the one before. */
  #newest: number | undefined;
  #newestBefore: number | undefined;

  constructor(reader: ProcReader) {
    this.#reader = reader;
  }

  snapshot(): ReadonlyMap<number, string> {
    this.#remember(this.#reader.newestPid());
    return withoutKeys(this.#reader.pids());
  }

  /**
   * The kernel gives out pids in order. A process shows itself a moment after it got its own, so each pid is looked at
   * twice.
   */
  newcomers(): ReadonlyMap<number, string> | undefined {
    const newest = this.#reader.newestPid();
    const after = this.#newestBefore;
    this.#remember(newest);
    if (newest === undefined || after === undefined) return undefined;
    if (newest < after || newest - after > NEW_PIDS_LIMIT) return undefined;
    const pids: number[] = [];
    for (let pid = after + 1; pid <= newest; pid += 1) {
      if (this.#reader.isProcess(pid)) pids.push(pid);
    }
    return withoutKeys(pids);
  }

  read(pid: number): ProcessFacts | undefined {
    return this.#reader.read(pid);
  }

  #remember(newest: number | undefined): void {
    this.#newestBefore = this.#newest;
    this.#newest = newest;
  }
}

function withoutKeys(pids: readonly number[]): ReadonlyMap<number, string> {
  return new Map(pids.map((pid) => [pid, '']));
}
