import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../scripts/start/summary.ts';
import { startBusyMachine } from './busy-machine.ts';
import { type Mechanism, PauseRig } from './pause-rig.ts';

const OTHER_PROCESSES = 400;

/**
 * From a game's start to the worker being gone and the card's memory free, by each signal there is, while 400 other
 * processes live and every core is busy.
 */
export async function measureSignals(samples: number): Promise<Record<string, number>> {
  const [loadBefore = 0] = loadavg();
  using _machine = await startBusyMachine({ sleepers: OTHER_PROCESSES, spin: true });
  return {
    // Figures of a machine that others use at the same time say little.
    loadAverageBefore: loadBefore,
    ...(await measureLeaseAndGames('proc-connector', samples)),
    ...(await measureGames('proc-polling', samples)),
  };
}

async function measureLeaseAndGames(mechanism: Mechanism, samples: number): Promise<Record<string, number>> {
  await using rig = await PauseRig.start(mechanism);
  const games = await sampleGames(rig, samples);
  const overlapMs: number[] = [];
  const leaseMs: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const held = await rig.untilHeld();
    await sleep(dwellMs(sample));
    const pause = await rig.pauseByLease(held);
    overlapMs.push(pause.memoryFreeMs);
    leaseMs.push(pause.leaseMs);
  }
  return {
    ...games('byProcConnector'),
    byLeaseOverlapMsMaximum: Math.max(...overlapMs),
    byLeaseAnswerMsP50: percentile(leaseMs, 0.5),
    byLeaseAnswerMsP99: percentile(leaseMs, 0.99),
  };
}

async function measureGames(mechanism: Mechanism, samples: number): Promise<Record<string, number>> {
  await using rig = await PauseRig.start(mechanism);
  const games = await sampleGames(rig, samples);
  return games('byPolling');
}

async function sampleGames(
  rig: PauseRig,
  samples: number,
): Promise<(prefix: string) => Record<string, number>> {
  const workerMs: number[] = [];
  const memoryMs: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const held = await rig.untilHeld();
    await sleep(dwellMs(sample));
    const { workerGoneMs, memoryFreeMs } = await rig.pauseByGame(held);
    workerMs.push(workerGoneMs);
    memoryMs.push(memoryFreeMs);
  }
  return (prefix) => ({
    [`${prefix}WorkerGoneMsP50`]: percentile(workerMs, 0.5),
    [`${prefix}WorkerGoneMsP99`]: percentile(workerMs, 0.99),
    [`${prefix}MemoryFreeMsP50`]: percentile(memoryMs, 0.5),
    [`${prefix}MemoryFreeMsP99`]: percentile(memoryMs, 0.99),
    [`${prefix}MemoryFreeMsMaximum`]: Math.max(...memoryMs),
  });
}

/** Not at the same point of a worker's life each time: while it starts, loads its model, and generates, from 20 to 305 ms. */
function dwellMs(sample: number): number {
  const part = (sample % 20) / 19;
  return 20 + 285 * part * part;
}
