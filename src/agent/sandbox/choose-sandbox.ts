import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBoundedLines } from './bounded-lines.ts';
import { Bubblewrap } from './bubblewrap.linux.ts';
import { ConfinedProcess } from './confined-process.ts';
import { findGpuAccess, type GpuAccess } from './gpu-access.linux.ts';
import type { Sandbox, WorkerProgram } from './sandbox.ts';
import { Unconfined } from './unconfined.ts';

const PROBE_MS = 30_000;

export interface SandboxChoice {
  readonly program: WorkerProgram;
  /** Folders that are searched for `bwrap`. */
  readonly searchPath?: string | undefined;
  readonly gpu?: GpuAccess | undefined;
}

/**
 * The best sandbox that really works here, found by starting a worker in it. Where none does, the sandbox is
 * `Unconfined`, whose description says why and what to do; workers are then started only if the user allows it.
 */
export async function chooseSandbox({ program, searchPath, gpu }: SandboxChoice): Promise<Sandbox> {
  if (process.platform !== 'linux') {
    return new Unconfined(program, `Gata has no sandbox for ${process.platform} yet.`);
  }
  const file = findProgram('bwrap', searchPath ?? process.env.PATH ?? '/usr/bin');
  if (file === undefined) {
    return new Unconfined(
      program,
      'bubblewrap is not installed. Install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap) and start Gata again.',
    );
  }
  try {
    const sandbox = await Bubblewrap.create(file, program, gpu ?? (await findGpuAccess()));
    const failure = await probe(sandbox);
    return failure === undefined ? sandbox : new Unconfined(program, adviceFor(failure));
  } catch (error) {
    return new Unconfined(program, adviceFor(error instanceof Error ? error.message : String(error)));
  }
}

/** Starts a worker with nothing to do, which then ends by itself. @returns why it did not, if it did not. */
async function probe(sandbox: Sandbox): Promise<string | undefined> {
  const worker = new ConfinedProcess(sandbox.wrap({}));
  const lines: string[] = [];
  readBoundedLines(worker.stderr, 5, (line) => lines.push(line));
  worker.stdout.resume();
  worker.stdin.end();
  const timer = new AbortController();
  const timeout = sleep(PROBE_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  const end = await Promise.race([worker.exited, timeout]);
  timer.abort();
  if (end?.detail === 'exit code 0') return undefined;
  if (end === undefined) await worker.kill();
  return [end?.detail ?? `no end within ${PROBE_MS / 1000} s`, ...lines].join('; ');
}

function adviceFor(failure: string): string {
  const isForbidden = /namespace|uid map|permission denied|operation not permitted/i.test(failure);
  const advice = isForbidden
    ? 'This system does not let users make namespaces. On Ubuntu 24.04 and later allow it for bwrap with an AppArmor profile, or for all programs with: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0. Elsewhere: sudo sysctl kernel.unprivileged_userns_clone=1.'
    : 'Reinstall Gata and bubblewrap, then start Gata again.';
  return `bubblewrap does not work here (${failure}). ${advice}`;
}

function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}
