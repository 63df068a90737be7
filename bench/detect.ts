import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../src/shared/agent-runtime.ts';
import { startBusyMachine } from './busy-machine.ts';
import { compileDenial } from './deny-proc-connector.ts';
import { startDesktop } from './desktop.ts';
import type { BenchOptions, BenchResult } from './report.ts';
import { measureToolhelpCost } from './toolhelp.ts';

const PROCESSES = 500;
const STARTS_PER_SECOND = 20;
/** When others make more processes and threads than this, the machine is not the one that is promised for. */
const OTHERS_PER_SECOND_LIMIT = 10;
const SETTLE_SECONDS = { full: 10, quick: 3 };
const MEASURE_SECONDS = { full: 60, quick: 5 };

/**
 * What watching for games costs, all watchers together, on a machine with 500 processes where 20 more start and end
 * each second: processor time of a process that does nothing else. `Calm` is while nothing computes and nothing may,
 * as while the user is at the machine; otherwise a game must be seen at once.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const size = quick ? 'quick' : 'full';
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-detect-'));
  try {
    using desktop = await startDesktop();
    const { environment } = desktop;
    const programs = startedPrograms(folder);
    const measured = (mechanism: string, wrapper: readonly string[], flags: readonly string[]) =>
      measure(new Watchers(wrapper, environment, flags), mechanism, programs, size);
    const calm = await measured('proc-connector', [], ['--calm']);
    const hurried = await measured('proc-connector', [], []);
    const byPolling = await measured('proc-polling', [compileDenial(folder)], []);
    const othersPerSecond = Math.max(calm.othersPerSecond, hurried.othersPerSecond);
    const isQuiet = othersPerSecond <= OTHERS_PER_SECOND_LIMIT;
    if (!isQuiet) {
      console.error(
        `Not judged: others made ${othersPerSecond.toFixed(0)} processes and threads a second, and seeing those costs too.`,
      );
    }
    return {
      samples: 3 * MEASURE_SECONDS[size],
      figures: {
        watchersCalmPercentOfOneCore: calm.churning,
        watchersCalmAtRestPercentOfOneCore: calm.resting,
        watchersPercentOfOneCore: hurried.churning,
        watchersAtRestPercentOfOneCore: hurried.resting,
        pollingWatchersPercentOfOneCore: byPolling.churning,
        pollingWatchersAtRestPercentOfOneCore: byPolling.resting,
        forksByOthersPerSecondMaximum: Math.max(othersPerSecond, byPolling.othersPerSecond),
        ...(await measureToolhelpCost(MEASURE_SECONDS[size] / 2)),
      },
      peers: {},
      promises: isQuiet ? [{ figure: 'watchersCalmPercentOfOneCore', op: '<=', value: 0.5 }] : [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Cost {
  /** While the bench starts nothing. */
  readonly resting: number;
  readonly churning: number;
  /** Processes and threads that others than the bench made meanwhile. */
  readonly othersPerSecond: number;
}

async function measure(
  opened: Watchers,
  mechanism: string,
  programs: readonly (readonly string[])[],
  size: 'full' | 'quick',
): Promise<Cost> {
  await using watchers = opened;
  using _machine = await startBusyMachine({ sleepers: PROCESSES, spin: false });
  await watchers.read();
  if (!watchers.log.includes(`"mechanism":"${mechanism}"`))
    throw new Error(`Processes cannot be seen by ${mechanism} here.`);
  await sleep(SETTLE_SECONDS[size] * 1000);
  const seconds = MEASURE_SECONDS[size];
  const resting = await watchers.percentOver(seconds / 2);
  using starts = new Starts(programs);
  await sleep(1000);
  const began = performance.now();
  const before = forks() - starts.count;
  const churning = await watchers.percentOver(seconds);
  const others = forks() - starts.count - before;
  return { resting, churning, othersPerSecond: (1000 * others) / (performance.now() - began) };
}

/** What is started, by turns: tools of the system, a shell, and a program that nobody knows. */
function startedPrograms(folder: string): readonly (readonly string[])[] {
  const unknown = path.join(folder, 'unknown-program');
  copyFileSync('/bin/true', unknown);
  return [['/bin/true'], ['/bin/sh', '-c', ':'], ['/usr/bin/printf', ''], [unknown]];
}

/** Starts programs that end at once, at even distances. */
class Starts implements Disposable {
  readonly #timer: NodeJS.Timeout;
  count = 0;

  constructor(programs: readonly (readonly string[])[]) {
    this.#timer = setInterval(() => {
      const [program = '', ...args] = programs[this.count % programs.length] ?? [];
      this.count += 1;
      spawn(program, args, { stdio: 'ignore' });
    }, 1000 / STARTS_PER_SECOND);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Of processes and threads, since the machine started: proc(5). */
function forks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
}

/** The agent's watchers in a process of their own. */
class Watchers implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  log = '';

  /** @param wrapper a program that runs them. */
  constructor(
    wrapper: readonly string[],
    environment: Readonly<Record<string, string>>,
    flags: readonly string[],
  ) {
    const [program = '', ...args] = [
      ...wrapper,
      process.execPath,
      ...['--conditions=source', ...AGENT_NODE_FLAGS],
      path.join(import.meta.dirname, 'detect-watchers.ts'),
      ...flags,
    ];
    const child = spawn(program, args, {
      stdio: 'pipe',
      env: { ...process.env, ...AGENT_ENVIRONMENT, ...environment },
    });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (text) => {
      this.log += text;
    });
  }

  /** Microseconds of processor time until now. */
  async read(): Promise<number> {
    this.#child.stdin?.write('\n');
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`The watchers ended: ${this.log}`);
    return Number(value);
  }

  /** Percent of one core. */
  async percentOver(seconds: number): Promise<number> {
    const before = await this.read();
    const began = performance.now();
    await sleep(seconds * 1000);
    const used = (await this.read()) - before;
    return used / 10 / (performance.now() - began);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
  }
}
