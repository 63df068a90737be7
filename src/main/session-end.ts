import type { Logger } from 'pino';

/** What the session's end needs of Electron. */
export interface SessionEndElectron {
  readonly BaseWindow: new (options: {
    show: boolean;
    skipTaskbar: boolean;
    width: number;
    height: number;
  }) => {
    on(event: 'query-session-end' | 'session-end', listener: () => void): unknown;
    destroy(): void;
  };
  readonly powerMonitor: {
    on(event: 'shutdown', listener: () => void): unknown;
    off(event: 'shutdown', listener: () => void): unknown;
  };
}

export interface SessionEndOptions {
  readonly platform: NodeJS.Platform;
  /** Ends the agent, which hands its jobs back. */
  readonly handBack: () => Promise<void>;
  /** Starts it again: the session goes on after all. */
  readonly carryOn: () => void;
  readonly log: Logger;
}

/** Another program may stop a Windows shutdown; if it has not happened by then, it will not. */
const SHUTDOWN_EXPECTED_MS = 30_000;

/** Hands the jobs back when the computer shuts down or the user signs out. */
export class SessionEnd implements Disposable {
  readonly #options: SessionEndOptions;
  readonly #cleanup = new DisposableStack();
  #carryOnTimer: NodeJS.Timeout | undefined;

  constructor(electron: SessionEndElectron, options: SessionEndOptions) {
    this.#options = options;
    const onEnd = () => this.#begin();
    if (options.platform === 'win32') {
      // Windows tells windows only, and the dashboard's is gone most of the time: a bare one listens.
      const listener = new electron.BaseWindow({ show: false, skipTaskbar: true, width: 1, height: 1 });
      listener.on('query-session-end', onEnd);
      listener.on('session-end', onEnd);
      this.#cleanup.defer(() => listener.destroy());
    } else {
      electron.powerMonitor.on('shutdown', onEnd);
      this.#cleanup.defer(() => electron.powerMonitor.off('shutdown', onEnd));
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#carryOnTimer);
    this.#cleanup.dispose();
  }

  #begin(): void {
    // `query-session-end` and `session-end` follow each other; the first has done it.
    if (this.#carryOnTimer !== undefined) return;
    const { handBack, carryOn, log } = this.#options;
    log.info('the session ends');
    this.#carryOnTimer = setTimeout(() => {
      this.#carryOnTimer = undefined;
      carryOn();
    }, SHUTDOWN_EXPECTED_MS);
    handBack().catch((error: unknown) => log.error({ err: error }, 'the agent could not be ended'));
  }
}
