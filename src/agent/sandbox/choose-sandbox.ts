import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxView } from '../../shared/local-api.ts';
import { readBoundedLines } from './bounded-lines.ts';
import { ConfinedProcess } from './confined-process.ts';
import { findGpuAccess, type GpuAccess, NO_GPU } from './gpu-access.linux.ts';
import { type Confinement, mechanismsOf } from './mechanism-names.ts';
import { adviceFor, createSandbox, type MechanismParts } from './mechanisms.ts';
import { type WorkerLimits, workerLimits } from './resource-limits.ts';
import { ResourceLimitsGroup } from './resource-limits-group.linux.ts';
import type { Sandbox, WorkerProgram } from './sandbox.ts';
import type { SelfTestResult } from './self-test.ts';
import { TriedSandbox } from './tried-sandbox.ts';
import { Unconfined } from './unconfined.ts';

const PROBE_MS = 30_000;

export interface SandboxChoice {
  readonly program: WorkerProgram;
  /** Folders that are searched for `bwrap`. */
  readonly searchPath?: string | undefined;
  readonly gpu?: GpuAccess | undefined;
  /** Those that are tried, in this order; all that the platform may have unless told otherwise. */
  readonly mechanisms?: readonly Confinement[] | undefined;
  /** Tries to break out of the sandbox; none: nothing is tried. */
  readonly selfTest?: ((sandbox: Sandbox) => Promise<SelfTestResult>) | undefined;
  /** What a worker may take; half of the machine unless told otherwise. */
  readonly limits?: WorkerLimits | undefined;
}

/** A mechanism that cannot be used here. */
interface Failure {
  /** Why, and what to do. */
  readonly advice: string;
  readonly selfTest: SandboxView['selfTest'];
}

/**
 * The best sandbox that really works here, found by starting a worker in it and trying to break out. Where none
 * does, the sandbox is `Unconfined`, whose description says why and what to do; workers are then started only if
 * the user allows it.
 */
export async function chooseSandbox(choice: SandboxChoice): Promise<Sandbox> {
  const { program, mechanisms = mechanismsOf(process.platform) } = choice;
  if (mechanisms.length === 0) {
    return new Unconfined(program, `Gata has no sandbox for ${process.platform} yet.`);
  }
  const isLinux = process.platform === 'linux';
  const limits =
    choice.limits ?? workerLimits({ memoryBytes: totalmem(), processors: availableParallelism() });
  const [gpu, group] = await Promise.all([
    choice.gpu ?? (isLinux ? findGpuAccess() : NO_GPU),
    isLinux ? ResourceLimitsGroup.find(limits) : undefined,
  ]);
  const parts: MechanismParts = {
    program,
    searchPath: choice.searchPath ?? process.env.PATH ?? '/usr/bin',
    gpu,
    limits,
  };
  const failures: Failure[] = [];
  for (const mechanism of mechanisms) {
    const tried = await tryOut(mechanism, parts, choice.selfTest);
    if ('sandbox' in tried) {
      const advice = failures.length === 0 ? undefined : betterWith(failures);
      const { sandbox, selfTest } = tried;
      return new TriedSandbox(sandbox, { selfTest, advice, limits: isLinux ? limits : undefined, group });
    }
    failures.push(tried);
  }
  const reasons = failures.map(({ advice }) => advice).join(' ');
  return new Unconfined(program, reasons, failures.find(({ selfTest }) => selfTest !== null)?.selfTest);
}

function betterWith(failures: readonly Failure[]): string {
  return `Another sandbox would hide more of this computer: ${failures.map(({ advice }) => advice).join(' ')}`;
}

async function tryOut(
  mechanism: Confinement,
  parts: MechanismParts,
  selfTest: SandboxChoice['selfTest'],
): Promise<{ sandbox: Sandbox; selfTest: SandboxView['selfTest'] } | Failure> {
  try {
    const sandbox = await createSandbox(mechanism, parts);
    const [, result] = await Promise.all([probe(sandbox), selfTest?.(sandbox)]);
    const report = result === undefined ? null : { ...result, at: new Date().toISOString() };
    if (report === null || report.escapes.length === 0) return { sandbox, selfTest: report };
    const advice = `The sandbox (${mechanism}) does not hold: a model could ${report.escapes.join('; ')}. Please report this.`;
    return { advice, selfTest: report };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return { advice: adviceFor(mechanism, failure), selfTest: null };
  }
}

/** Starts a worker with nothing to do, which then ends by itself. @throws Error with why it did not. */
async function probe(sandbox: Sandbox): Promise<void> {
  const worker = new ConfinedProcess(sandbox.wrap({}));
  const lines: string[] = [];
  readBoundedLines(worker.stderr, 5, (line) => lines.push(line));
  worker.stdout.resume();
  worker.stdin.end();
  const timer = new AbortController();
  const timeout = sleep(PROBE_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  const end = await Promise.race([worker.exited, timeout]);
  timer.abort();
  if (end?.detail === 'exit code 0') return;
  if (end === undefined) await worker.kill();
  throw new Error([end?.detail ?? `no end within ${PROBE_MS / 1000} s`, ...lines].join('; '));
}
