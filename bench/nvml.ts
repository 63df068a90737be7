import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type NvmlDevice, openNvml } from 'node-nvml';
import { FakeDriver } from '../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { percentile } from '../scripts/start/summary.ts';
import type { BenchResult } from './report.ts';

const execute = promisify(execFile);

/** Short rounds by turns, so that whatever else the machine does falls on both. */
const ROUNDS = 41;
const SAMPLES_PER_ROUND = 100_000;
const WARM_UP_SAMPLES = 200_000;
const IDLE_SECONDS = 20;
const TICKS_PER_SECOND = 2;

/**
 * Processor time of one full sample of a card, everything but PCIe throughput, which waits: through the binding, and
 * by bare C calls in the same order on the same library. Both include what the fake library itself does.
 * And what a monitor costs that takes two samples a second, where nothing is warm.
 */
export async function run(): Promise<BenchResult> {
  using driver = await FakeDriver.create({
    clock: 'manual',
    cards: [{ load: 1, supportsMemoryTemperature: 1, computePid: 1234, computeBytes: 6e9, graphicsPid: 99 }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-nvml-'));
  try {
    const bare = await compileBare(folder);
    using nvml = openNvml({ libraryPath: driver.libraryPath });
    const [device] = nvml.devices();
    if (device === undefined) throw new Error('The fake driver has no card.');
    assertComplete(device);
    const shareOfCoreAtTwoHertz = await measureMonitor(device);

    nanosecondsPerSample(device, WARM_UP_SAMPLES);
    const binding: number[] = [];
    const c: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { stdout } = await execute(bare, [driver.libraryPath, String(SAMPLES_PER_ROUND)]);
      c.push(Number(stdout));
      binding.push(nanosecondsPerSample(device, SAMPLES_PER_ROUND));
    }
    const ratios = binding.map((nanoseconds, round) => nanoseconds / (c[round] ?? Number.NaN));
    return {
      samples: ROUNDS * SAMPLES_PER_ROUND,
      figures: {
        microsecondsPerSample: percentile(binding, 0.5) / 1000,
        ratioToBareC: percentile(ratios, 0.5),
        shareOfCoreAtTwoHertz,
      },
      peers: { 'microsecondsPerSample of bare C': percentile(c, 0.5) / 1000 },
      promises: [
        { figure: 'ratioToBareC', op: '<=', value: 3 },
        { figure: 'shareOfCoreAtTwoHertz', op: '<=', value: 0.001 },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time of this process, its garbage collector's threads included. */
function nanosecondsPerSample(device: NvmlDevice, samples: number): number {
  const before = process.cpuUsage();
  for (let sample = 0; sample < samples; sample += 1) device.sample();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / samples;
}

/** Share of one core, timers included. */
async function measureMonitor(device: NvmlDevice): Promise<number> {
  const started = performance.now();
  const before = process.cpuUsage();
  for (let tick = 0; tick < IDLE_SECONDS * TICKS_PER_SECOND; tick += 1) {
    await sleep(1000 / TICKS_PER_SECOND);
    device.sample();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - started);
}

/** A sample with a null in it would make fewer calls than the C program. */
function assertComplete(device: NvmlDevice): void {
  const sample = device.sample();
  const missing = Object.entries(sample).filter(
    ([name, value]) => value === null && !name.startsWith('pcie'),
  );
  if (missing.length > 0 || sample.failures.length > 0 || sample.processes?.length !== 2) {
    throw new Error(`The sample is not complete: ${missing.map(([name]) => name).join(', ')}.`);
  }
}

async function compileBare(folder: string): Promise<string> {
  const program = join(folder, 'nvml-bare');
  const source = join(import.meta.dirname, 'nvml-bare.c');
  await execute('gcc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source, '-ldl']);
  return program;
}
