import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
const SETTLE_SECONDS = { full: 10, quick: 3 };
const MEASURE_SECONDS = { full: 60, quick: 5 };

/**
 * What watching for games costs, all watchers together, on a machine with 500 processes where 20 more start and end
 * each second: processor time of a process that does nothing else.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const size = quick ? 'quick' : 'full';
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-detect-'));
  try {
    using desktop = await startDesktop();
    const { environment } = desktop;
    const byConnector = await measure(new Watchers([], environment), 'proc-connector', size);
    const denial = compileDenial(folder);
    const byPolling = await measure(new Watchers([denial], environment), 'proc-polling', size);
    return {
      samples: 2 * MEASURE_SECONDS[size],
      figures: {
        watchersPercentOfOneCore: byConnector.churning,
        startsPerSecond: byConnector.startsPerSecond,
        watchersAtRestPercentOfOneCore: byConnector.resting,
        pollingWatchersPercentOfOneCore: byPolling.churning,
        pollingStartsPerSecond: byPolling.startsPerSecond,
        pollingWatchersAtRestPercentOfOneCore: byPolling.resting,
        ...(await measureToolhelpCost(MEASURE_SECONDS[size] / 2)),
      },
      peers: {},
      promises: [{ figure: 'watchersPercentOfOneCore', op: '<=', value: 0.5 }],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Cost {
  /** While nothing starts and ends. */
  readonly resting: number;
  readonly churning: number;
  /** Forks on the whole machine meanwhile: more than this bench makes when others use it too. */
  readonly startsPerSecond: number;
}

async function measure(opened: Watchers, mechanism: string, size: 'full' | 'quick'): Promise<Cost> {
  await using watchers = opened;
  using _machine = await startBusyMachine({ sleepers: PROCESSES, spin: false });
  await watchers.read();
  if (!watchers.log.includes(`"mechanism":"${mechanism}"`))
    throw new Error(`Processes cannot be seen by ${mechanism} here.`);
  await sleep(SETTLE_SECONDS[size] * 1000);
  const seconds = MEASURE_SECONDS[size];
  const resting = await watchers.percentOver(seconds / 2);
  using _starts = startPrograms();
  await sleep(1000);
  const before = forks();
  const began = performance.now();
  const churning = await watchers.percentOver(seconds);
  return { resting, churning, startsPerSecond: (1000 * (forks() - before)) / (performance.now() - began) };
}

/** Programs that start, at even distances, and end at once. */
function startPrograms(): Disposable {
  const timer = setInterval(() => spawn('/bin/true', { stdio: 'ignore' }), 1000 / STARTS_PER_SECOND);
  return { [Symbol.dispose]: () => clearInterval(timer) };
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
  constructor(wrapper: readonly string[], environment: Readonly<Record<string, string>>) {
    const [program = '', ...args] = [
      ...wrapper,
      process.execPath,
      ...['--conditions=source', ...AGENT_NODE_FLAGS],
      path.join(import.meta.dirname, 'detect-watchers.ts'),
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
