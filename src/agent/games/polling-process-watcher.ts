import type { ProcessFacts, ProcessListener, ProcessWatcher } from './process-watcher.ts';

/** Where a polling watcher looks. */
export interface ProcessSource {
  /**
   * All pids with what is known of each without a further look: a pid whose key changed was given to
   * another process.
   */
  snapshot(): ReadonlyMap<number, string>;
  /** Undefined when the process is gone or of no interest. */
  read(pid: number): ProcessFacts | undefined;
}

interface KnownProcess {
  readonly key: string;
  readonly firstSeenMs: number;
  fingerprint: string;
}

/** A process becomes its program (exec) soon after its start: for so long it is looked at in each poll. */
const YOUNG_MS = 2_000;
/** Older processes are looked at again by turns, this many a poll. */
const REVISITS_PER_POLL = 4;

/** Compares the list of processes with the one before, again and again. */
export class PollingProcessWatcher implements ProcessWatcher {
  readonly mechanism: string;
  readonly #source: ProcessSource;
  readonly #periodMs: number;
  readonly #known = new Map<number, KnownProcess>();
  #turns: Iterator<number> = [].values();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { mechanism: string; source: ProcessSource; periodMs: number }) {
    this.mechanism = options.mechanism;
    this.#source = options.source;
    this.#periodMs = options.periodMs;
  }

  start(listener: ProcessListener): void {
    // What runs already is in `list()`.
    this.#poll({ onStart: () => undefined, onEnd: () => undefined });
    this.#timer = setInterval(() => {
      try {
        this.#poll(listener);
      } catch (error) {
        clearInterval(this.#timer);
        listener.onBroken(error instanceof Error ? error : new Error(String(error)));
      }
    }, this.#periodMs);
  }

  /** Each poll sees all there is to see. */
  watchClosely(): void {}

  hurry(): void {}

  pids(): readonly number[] {
    return [...this.#source.snapshot().keys()];
  }

  /** As of the newest poll. */
  isRunning(pid: number): boolean {
    return this.#known.has(pid);
  }

  list(): ProcessFacts[] {
    return [...this.#source.snapshot().keys()].flatMap((pid) => this.#source.read(pid) ?? []);
  }

  read(pid: number): ProcessFacts | undefined {
    return this.#source.read(pid);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#known.clear();
  }

  #poll(listener: Pick<ProcessListener, 'onStart' | 'onEnd'>): void {
    const nowMs = performance.now();
    const snapshot = this.#source.snapshot();
    for (const pid of this.#known.keys()) {
      if (!snapshot.has(pid)) {
        this.#known.delete(pid);
        listener.onEnd(pid);
      }
    }
    for (const [pid, key] of snapshot) {
      const known = this.#known.get(pid);
      if (known?.key === key) {
        if (nowMs - known.firstSeenMs < YOUNG_MS) this.#look(pid, known, listener);
        continue;
      }
      if (known !== undefined) listener.onEnd(pid);
      const process: KnownProcess = { key, firstSeenMs: nowMs, fingerprint: '' };
      this.#known.set(pid, process);
      this.#look(pid, process, listener);
    }
    for (let turn = 0; turn < REVISITS_PER_POLL; turn += 1) this.#revisitNext(listener);
  }

  #revisitNext(listener: Pick<ProcessListener, 'onStart'>): void {
    let next = this.#turns.next();
    if (next.done) {
      this.#turns = this.#known.keys();
      next = this.#turns.next();
      if (next.done) return;
    }
    const known = this.#known.get(next.value);
    if (known !== undefined) this.#look(next.value, known, listener);
  }

  #look(pid: number, known: KnownProcess, listener: Pick<ProcessListener, 'onStart'>): void {
    const process = this.#source.read(pid);
    if (process === undefined) return;
    const fingerprint = [process.identity, process.executable, ...process.argv].join('\0');
    if (fingerprint === known.fingerprint) return;
    known.fingerprint = fingerprint;
    listener.onStart(process);
  }
}
