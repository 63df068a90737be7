import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ChildProgramOptions {
  /** What people read in messages: "the gateway". */
  readonly name: string;
  /** The executable; Node 24 when absent. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly environment?: Record<string, string>;
  /** Where its stderr goes; by default it is kept for the error message only. */
  readonly onLogLine?: (line: string) => void;
}

const KEPT_LOG_LINES = 20;
const STOP_GRACE_MS = 5000;

/** A program of ours as a child process: started, watched and stopped with whoever started it. */
export class ChildProgram implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #options: ChildProgramOptions;
  readonly #lastLines: string[] = [];
  #stopping = false;

  constructor(options: ChildProgramOptions) {
    this.#options = options;
    this.process = spawn(options.command ?? process.execPath, options.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      windowsHide: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastLines.push(line);
        if (this.#lastLines.length > KEPT_LOG_LINES) this.#lastLines.shift();
        options.onLogLine?.(line);
      });
    }
  }

  /** Rejects when the program ends before it was asked to; its last lines are in the message. */
  async unexpectedExit(): Promise<never> {
    const reason = await this.#exitReason();
    if (this.#stopping) return new Promise(() => {});
    throw new Error(
      [`${this.#options.name} ended unexpectedly (${reason}).`, ...this.#lastLines].join('\n  '),
    );
  }

  /** Polls until `probe` gives a value. @throws Error when the program ends first or the time is over. */
  async waitUntil<Value>(probe: () => Promise<Value | undefined>, timeoutMs: number): Promise<Value> {
    const deadline = Date.now() + timeoutMs;
    const ended = this.unexpectedExit();
    ended.catch(() => {});
    for (;;) {
      const value = await Promise.race([probe(), ended]);
      if (value !== undefined) return value;
      if (Date.now() > deadline) {
        throw new Error(
          [`${this.#options.name} was not ready in ${timeoutMs / 1000} s.`, ...this.#lastLines].join('\n  '),
        );
      }
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 50)), ended]);
    }
  }

  /** SIGTERM, then SIGKILL after a grace period; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_GRACE_MS);
    await exited;
    clearTimeout(timer);
  }

  /** SIGKILL, as a crash would; resolves when the process is gone. */
  async crash(): Promise<void> {
    this.#stopping = true;
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #exitReason(): Promise<string> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await Promise.race([once(this.process, 'exit'), once(this.process, 'error')]);
    }
    return this.process.signalCode ?? `exit code ${this.process.exitCode ?? 'unknown'}`;
  }
}
