import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoop } from '../test/support/loop.ts';
import { descendants } from '../test/support/process-tree.ts';
import type { BenchResult } from './report.ts';

const SETTLE_SECONDS = 10;
const MEASURE_SECONDS = 60;
/** Linux counts processor time in ticks of 10 ms. */
const TICKS_PER_SECOND = 100;

/** A connected agent without jobs: share of one core, and resident memory, its children included. */
export async function run(): Promise<BenchResult> {
  await using loop = await startLoop();
  const pid = loop.agent.endpoint.pid;
  await sleep(SETTLE_SECONDS * 1000);

  const ticksBefore = processorTicks(pid);
  const started = performance.now();
  let residentMegabytes = 0;
  for (let second = 0; second < MEASURE_SECONDS; second += 1) {
    await sleep(1000);
    residentMegabytes = Math.max(residentMegabytes, residentBytes([pid, ...descendants(pid)]) / 1e6);
  }
  const seconds = (performance.now() - started) / 1000;
  const bareNode = await bareNodeMegabytes();
  return {
    samples: MEASURE_SECONDS,
    figures: {
      processorPercentOfOneCore: (100 * (processorTicks(pid) - ticksBefore)) / TICKS_PER_SECOND / seconds,
      residentMegabytes,
    },
    peers: { 'residentMegabytes of an empty Node process': bareNode },
    promises: [
      { figure: 'processorPercentOfOneCore', op: '<=', value: 0.5 },
      { figure: 'residentMegabytes', op: '<=', value: 130 },
    ],
  };
}

function processorTicks(pid: number): number {
  // The name in field 2 may hold spaces: count from the closing parenthesis. utime and stime are fields 14, 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return sum + Number(match?.[1] ?? 0) * 1024;
  }, 0);
}

async function bareNodeMegabytes(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'], { stdio: 'ignore' });
  await sleep(1500);
  const megabytes = residentBytes([child.pid ?? 0]) / 1e6;
  child.kill('SIGKILL');
  return megabytes;
}
