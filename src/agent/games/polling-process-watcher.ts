import type { ProcessFacts, ProcessListener, ProcessWatcher } from './process-watcher.ts';

/** Where a polling watcher looks. */
export interface ProcessSource {
  /**
   * All pids with what is known of each without a further look: a pid whose key changed was given to
   * another process.
   */
  snapshot(): ReadonlyMap<number, string>;
  /**
   * The same, of processes only that were made since the last call or snapshot, and of few besides, where a system tells
   * that for less than a snapshot costs; undefined: it does not.
   */
  newcomers?(): ReadonlyMap<number, string> | undefined;
  /** Undefined when the process is gone or of no interest. */
  read(pid: number): ProcessFacts | undefined;
}

export interface PollingPeriods {
  /** From one poll to the next. */
  readonly hurriedMs: number;
  /** The same when there is no hurry. */
  readonly calmMs: number;
}

interface KnownProcess {
  readonly key: string;
  readonly firstSeenMs: number;
  fingerprint: string;
}

/** A process becomes its program (exec) soon after its start: for so long it is looked at in each poll. */
const YOUNG_MS = 2_000;
/** Older processes are looked at again by turns, so often. */
const REVISITS_PER_SECOND = 40;
/** Where newcomers are told of, all processes are listed only so often: to see those that have ended. */
const SNAPSHOT_PERIOD_MS = 450;
/** The same while ends matter. */
const CLOSE_SNAPSHOT_PERIOD_MS = 90;

/** Compares the list of processes with the one before, again and again. */
export class PollingProcessWatcher implements ProcessWatcher {
  readonly mechanism: string;
  readonly #source: ProcessSource;
  readonly #periods: PollingPeriods;
  readonly #known = new Map<number, KnownProcess>();
  readonly #young = new Map<number, KnownProcess>();
  #turns: Iterator<number> = [].values();
  #listener: ProcessListener | undefined;
  #hurries = true;
  #closely = false;
  #snapshotAtMs = 0;
  #revisitedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { mechanism: string; source: ProcessSource; periods: PollingPeriods }) {
    this.mechanism = options.mechanism;
    this.#source = options.source;
    this.#periods = options.periods;
  }

  start(listener: ProcessListener): void {
    // What runs already is in `list()`.
    this.#poll({ onStart: () => undefined, onEnd: () => undefined });
    this.#listener = listener;
    this.#keepPolling();
  }

  watchClosely(closely: boolean): void {
    this.#closely = closely;
  }

  hurry(hurries: boolean): void {
    if (hurries === this.#hurries) return;
    this.#hurries = hurries;
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#keepPolling();
    if (hurries) this.#tick();
  }

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
    this.#timer = undefined;
    this.#listener = undefined;
    this.#known.clear();
    this.#young.clear();
  }

  #keepPolling(): void {
    const { hurriedMs, calmMs } = this.#periods;
    this.#timer = setInterval(() => this.#tick(), this.#hurries ? hurriedMs : calmMs);
  }

  #tick(): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    try {
      this.#poll(listener);
    } catch (error) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      listener.onBroken(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #poll(listener: Pick<ProcessListener, 'onStart' | 'onEnd'>): void {
    const nowMs = performance.now();
    this.#lookAtYoung(nowMs, listener);
    const periodMs = this.#closely && this.#hurries ? CLOSE_SNAPSHOT_PERIOD_MS : SNAPSHOT_PERIOD_MS;
    const isSnapshotDue = nowMs - this.#snapshotAtMs >= periodMs;
    const newcomers = isSnapshotDue ? undefined : this.#source.newcomers?.();
    if (newcomers === undefined) {
      this.#snapshotAtMs = nowMs;
      const snapshot = this.#source.snapshot();
      this.#dropEnded(snapshot, listener);
      this.#meet(snapshot, nowMs, listener);
    } else {
      this.#meet(newcomers, nowMs, listener);
    }
    this.#revisit(nowMs, listener);
  }

  #dropEnded(snapshot: ReadonlyMap<number, string>, { onEnd }: Pick<ProcessListener, 'onEnd'>): void {
    for (const pid of this.#known.keys()) {
      if (snapshot.has(pid)) continue;
      this.#known.delete(pid);
      this.#young.delete(pid);
      onEnd(pid);
    }
  }

  #meet(
    pids: ReadonlyMap<number, string>,
    nowMs: number,
    listener: Pick<ProcessListener, 'onStart' | 'onEnd'>,
  ): void {
    for (const [pid, key] of pids) {
      const known = this.#known.get(pid);
      if (known?.key === key) continue;
      if (known !== undefined) listener.onEnd(pid);
      const process: KnownProcess = { key, firstSeenMs: nowMs, fingerprint: '' };
      this.#known.set(pid, process);
      this.#young.set(pid, process);
      this.#look(pid, process, listener);
    }
  }

  #lookAtYoung(nowMs: number, listener: Pick<ProcessListener, 'onStart'>): void {
    for (const [pid, known] of this.#young) {
      if (nowMs - known.firstSeenMs >= YOUNG_MS) this.#young.delete(pid);
      else this.#look(pid, known, listener);
    }
  }

  #revisit(nowMs: number, listener: Pick<ProcessListener, 'onStart'>): void {
    const sinceMs = Math.min(nowMs - this.#revisitedAtMs, 1_000);
    const turns = Math.floor((sinceMs / 1_000) * REVISITS_PER_SECOND);
    if (turns === 0) return;
    this.#revisitedAtMs = nowMs;
    for (let turn = 0; turn < turns; turn += 1) this.#revisitNext(listener);
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
