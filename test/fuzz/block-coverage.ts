import { type Profiler, Session } from 'node:inspector';

/** Which blocks of the project's own sources have run, as V8 counts them. */
export class BlockCoverage implements Disposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  /** How many blocks have run. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Whether a block has run since the last call that never had before. */
  hasGrown(): boolean {
    const before = this.#seen.size;
    for (const script of this.#take()) {
      if (!script.url.includes('/src/')) continue;
      for (const { ranges } of script.functions) {
        for (const { count, startOffset, endOffset } of ranges) {
          if (count > 0) this.#seen.add(`${script.scriptId}:${startOffset}:${endOffset}`);
        }
      }
    }
    return this.#seen.size > before;
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // In the same thread the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      scripts = taken.result;
    });
    return scripts;
  }

  [Symbol.dispose](): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
