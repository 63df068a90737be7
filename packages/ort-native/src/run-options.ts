import type { OrtEnvironment } from './environment.ts';
import { type LogSeverity, logSeverityValue } from './log-severity.ts';
import { OrtAbortedError } from './ort-error.ts';

export interface RunSettings {
  /** Names the run in the log. */
  readonly tag?: string;
  readonly logSeverity?: LogSeverity;
  /** Entries by the keys of `onnxruntime_run_options_config_keys.h`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** The `OrtRunOptions` of a session's runs, kept for the next run where they hold nothing of their own. */
export class RunOptionsPool implements Disposable {
  readonly #environment: OrtEnvironment;
  readonly #idle: number[] = [];

  constructor(environment: OrtEnvironment) {
    this.#environment = environment;
  }

  /**
   * Runs with options that the signal terminates. The library looks between operators.
   *
   * @param run gets the address of the options; 0: the library's own
   * @throws OrtAbortedError when the signal was aborted before the run had ended, whatever the run came to
   */
  async use(
    call: string,
    { settings, signal }: { settings?: RunSettings | undefined; signal?: AbortSignal | undefined },
    run: (options: number) => Promise<void>,
  ): Promise<void> {
    if (settings === undefined && signal === undefined) return run(0);
    const { library } = this.#environment;
    const options = this.#take(settings);
    const terminate = () => library.check('RunOptionsSetTerminate', options);
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await run(options);
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener('abort', terminate);
      this.#giveBack(options, settings);
    }
    if (signal?.aborted) throw new OrtAbortedError(call, signal.reason);
  }

  [Symbol.dispose](): void {
    for (const options of this.#idle.splice(0)) {
      this.#environment.library.run('ReleaseRunOptions', options);
    }
  }

  #take(settings: RunSettings | undefined): number {
    const idle = settings === undefined ? this.#idle.pop() : undefined;
    if (idle !== undefined) return idle;
    const { library, scratch } = this.#environment;
    library.check('CreateRunOptions', scratch.address);
    const options = scratch.word(0);
    try {
      this.#apply(options, settings ?? {});
      return options;
    } catch (error) {
      library.run('ReleaseRunOptions', options);
      throw error;
    }
  }

  #apply(options: number, { tag, logSeverity, config }: RunSettings): void {
    const { library } = this.#environment;
    if (tag !== undefined) library.check('RunOptionsSetRunTag', options, tag);
    if (logSeverity !== undefined) {
      library.check('RunOptionsSetRunLogSeverityLevel', options, logSeverityValue(logSeverity));
    }
    for (const [key, value] of Object.entries(config ?? {})) {
      library.check('AddRunConfigEntry', options, key, value);
    }
  }

  #giveBack(options: number, settings: RunSettings | undefined): void {
    const { library } = this.#environment;
    if (settings !== undefined) {
      library.run('ReleaseRunOptions', options);
      return;
    }
    library.check('RunOptionsUnsetTerminate', options);
    this.#idle.push(options);
  }
}
