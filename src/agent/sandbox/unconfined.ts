import path from 'node:path';
import type { SandboxView } from '../../shared/local-api.ts';
import { atLowestPriority } from './lowest-priority.ts';
import { programEntry } from './program-entry.ts';
import type { Sandbox, WorkerCommand, WorkerProgram, WrappedWorker } from './sandbox.ts';

/** Windows programs do not start without these. */
const NEEDED_VARIABLES = ['SystemRoot', 'windir'];

/**
 * No sandbox: a worker with the user's rights, but without the user's environment. Only for a user who allowed
 * it; it ends when its stdin does, so it does not outlive the agent.
 */
export class Unconfined implements Sandbox {
  readonly mechanism = 'none';
  readonly #program: WorkerProgram;
  readonly #reason: string;
  readonly #selfTest: SandboxView['selfTest'];

  /**
   * @param reason why there is no sandbox, and what to do.
   * @param selfTest of a sandbox that did not hold.
   */
  constructor(program: WorkerProgram, reason: string, selfTest: SandboxView['selfTest'] = null) {
    this.#program = program;
    this.#reason = reason;
    this.#selfTest = selfTest;
  }

  describe(): SandboxView {
    return {
      mechanism: this.mechanism,
      working: false,
      detail: this.#reason,
      protections: [],
      selfTest: this.#selfTest,
    };
  }

  wrap({ modelFolder, libraryFolders = [], gpu, program, isAwaited }: WorkerCommand): WrappedWorker {
    const { nodePath, entryPath } = this.#program;
    const env: Record<string, string> = {};
    for (const name of NEEDED_VARIABLES) {
      const value = process.env[name];
      if (value !== undefined) env[name] = value;
    }
    if (gpu != null) env.CUDA_VISIBLE_DEVICES = gpu.uuid;
    return {
      ...atLowestPriority(nodePath, [programEntry(entryPath, program)], isAwaited),
      env,
      modelFolder: path.resolve(modelFolder ?? '.'),
      libraryFolders: libraryFolders.map((each) => path.resolve(each)),
      reportsPid: false,
    };
  }
}
