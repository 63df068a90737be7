import path from 'node:path';
import type { Bubblewrap } from '../../src/agent/sandbox/bubblewrap.linux.ts';
import type { Sandbox, WorkerCommand, WrappedWorker } from '../../src/agent/sandbox/sandbox.ts';

/** The sandbox without its filter and under strace, which keeps a log of each worker. */
export class TracedSandbox implements Sandbox {
  readonly mechanism = 'bubblewrap';
  readonly logs: string[] = [];
  readonly #inner: Bubblewrap;
  readonly #folder: string;

  constructor(inner: Bubblewrap, folder: string) {
    this.#inner = inner;
    this.#folder = folder;
  }

  describe() {
    return this.#inner.describe();
  }

  wrap(command: WorkerCommand): WrappedWorker {
    const { filter: _, ...worker } = this.#inner.wrap(command);
    const log = path.join(this.#folder, `${this.logs.length}.log`);
    this.logs.push(log);
    // strace would keep the descriptor open on which the pid is awaited, so it is not told.
    const args = without(['--seccomp', '--info-fd'], worker.args);
    return {
      ...worker,
      reportsPid: false,
      file: '/usr/bin/strace',
      args: ['-f', '-s', '64', '-o', log, '--', worker.file, ...args],
    };
  }
}

/** The arguments without these options and the value that follows each. */
function without(options: readonly string[], args: readonly string[]): string[] {
  return args.filter(
    (argument, index) => !options.includes(argument) && !options.includes(args[index - 1] ?? ''),
  );
}
