/** What the system tells about one process, as far as this user may know it. */
export interface ProcessFacts {
  readonly pid: number;
  /** Its parent now: the one that took it over when its own has ended; 0: none, or not known. */
  readonly parentPid: number;
  /** Of two processes the later one has the greater number, or the same; null: not known. */
  readonly startOrder: number | null;
  /** Tells apart two processes that had the same pid, one after the other; opaque. */
  readonly identity: string;
  /** Path of the program's file; its bare name where the path may not be read; `''` where neither may. */
  readonly executable: string;
  /** The command line with the program's own name first; empty where it may not be read. */
  readonly argv: readonly string[];
}

export interface ProcessListener {
  /**
   * Whether the start of a process need not be told at once, as its program is known and no game: the next `onMissed`
   * will do. A watcher need not ask.
   */
  mayWait(pid: number, executable: string): boolean;
  /** A process started, or became another program (exec); it may be told more than once. */
  onStart(process: ProcessFacts): void;
  /** A process made a copy of itself, which runs the same program; only told while watching closely, if at all. */
  onFork(pid: number, parentPid: number): void;
  /** The process is gone; it may be told for processes whose start was never told. */
  onEnd(pid: number): void;
  /** Programs were not looked at, or ended before and may live on in a copy: `pids()` tells what is new. */
  onMissed(): void;
  /** Anything may have been missed: `list()` tells how things are now. */
  onLost(): void;
  /** Nothing will be told any more: another watcher is needed. */
  onBroken(error: Error): void;
}

/** Tells of the processes of this machine that start and end. */
export interface ProcessWatcher extends Disposable {
  /** `proc-connector`, `proc-polling` or `toolhelp-polling`; for logs. */
  readonly mechanism: string;
  /** Begins to tell; processes that run already are only in `list()`. Called once. */
  start(listener: ProcessListener): void;
  /** Without it, as at first, a watcher need not tell of ends and forks if that saves work. */
  watchClosely(closely: boolean): void;
  /**
   * Whether starts must be told as soon as possible, as at first. Without hurry a watcher may gather them for a fraction
   * of a second, which costs less; what it has gathered is told when the hurry begins.
   */
  hurry(hurries: boolean): void;
  /** Pids of all processes that run now, those of the system's own included; much cheaper than `list()`. */
  pids(): readonly number[];
  isRunning(pid: number): boolean;
  /** All processes that run now. */
  list(): ProcessFacts[];
  /** The process with this pid; undefined when it is gone. */
  read(pid: number): ProcessFacts | undefined;
}
