import { type Profiler, Session } from 'node:inspector';

/** Which blocks of the project's own sources run together, as V8 sees them. */
export class BlockCoverage implements Disposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  /** How many different sets of blocks have run, over all functions. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Whether blocks have run together since the last call that never had before. */
  hasGrown(): boolean {
    const before = this.#seen.size;
    for (const script of this.#take()) {
      if (!script.url.includes('/src/')) continue;
      // Within a function only the blocks that did not run are named: every new set of them is something new.
      for (const { ranges } of script.functions) {
        const blocks = ranges.map(
          ({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}:${count > 0}`,
        );
        this.#seen.add(`${script.scriptId} ${blocks.join(' ')}`);
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
