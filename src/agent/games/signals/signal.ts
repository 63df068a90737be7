/**
 * What one watcher of this machine knows. It reports and decides nothing. Where it cannot work it says why once,
 * in the log, and keeps the value that means "not known".
 */
export interface Signal<Value> extends Disposable {
  /** For the log: `x11-foreground-window`. */
  readonly name: string;
  readonly value: Value;
  /** Resolves when it has looked once, or knows that it cannot; never rejects. */
  start(): Promise<void>;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** The window that the user looks at. */
export interface ForegroundWindow {
  readonly pid: number;
  /** It covers a whole screen, its frame and the task bar included. */
  readonly isFullScreen: boolean;
}

/** How much of the machine other programs use; 0 to 1, null where that is not known. */
export interface OthersLoad {
  readonly processor: number | null;
}
