import { EventEmitter, once } from 'node:events';
import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { WorkerFaultError } from '../../../src/agent/jobs/worker-fault-error.ts';
import { type PoolFault, WorkerPool } from '../../../src/agent/jobs/worker-pool.ts';
import { resolveCpuThreads } from '../../../src/shared/cpu-threads.ts';
import { GataError } from '../../../src/shared/gata-error.ts';
import type { TaskInput, TaskOutput } from '../../../src/shared/task.ts';
import { demoModel } from '../../support/demo-models.ts';
import { gpuSample } from '../../support/gpu-samples.ts';
import { PuppetStarter } from '../../support/puppet-worker.ts';

const INPUT: TaskInput = { kind: 'onnx.run', inputs: {} };
const OUTPUT: TaskOutput = { kind: 'onnx.run', outputs: {} };
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(64);

describe('the worker pool', () => {
  let starter: PuppetStarter;
  let pool: WorkerPool;
  let nowMs: number;
  let cpuThreads: number;
  let leases: string[];
  let ensure: (digest: string, signal: AbortSignal) => Promise<void>;
  beforeEach(() => {
    starter = new PuppetStarter();
    nowMs = 0;
    cpuThreads = 0;
    leases = [];
    ensure = async () => {};
    pool = new WorkerPool({
      startWorker: starter.start,
      ensureModel: async (digest, signal) => {
        await ensure(digest, signal);
        leases.push(digest);
        const { manifest } = demoModel('digits');
        const dispose = () => void leases.splice(leases.indexOf(digest), 1);
        return { manifest, folder: `/models/${digest}`, [Symbol.dispose]: dispose };
      },
      settings: () => ({ cpuThreads, allowUnsandboxed: false }),
      clock: { now: () => new Date(nowMs) },
      logger: pino({ level: 'silent' }),
    });
    pool.resume();
  });

  async function runOnce(digest: string): Promise<void> {
    const claim = pool.claim(digest);
    await claim.ready;
    const result = claim.run({ input: INPUT });
    await settled();
    starter.workers
      .findLast((worker) => worker.alive && worker.model.folder.endsWith(digest))
      ?.finish(OUTPUT);
    expect(await result).toMatchObject({ output: OUTPUT, runMs: 1 });
    claim.release();
  }

  const aliveModels = () =>
    starter.workers.filter((worker) => worker.alive).map((worker) => worker.model.folder.at(-1));

  it('starts a worker as soon as a job is accepted and keeps it warm for the next', async () => {
    const claim = pool.claim(A);
    await claim.ready;
    expect(starter.workers).toHaveLength(1);
    claim.release();
    await runOnce(A);
    await runOnce(A);
    expect(starter.workers).toHaveLength(1);
    expect(starter.last.options).toMatchObject({
      threads: resolveCpuThreads(0, availableParallelism()),
      allowUnsandboxed: false,
    });
  });

  it('keeps two models warm and replaces the one used longest ago', async () => {
    await runOnce(A);
    await runOnce(B);
    await runOnce(A);
    await runOnce(C);
    expect(aliveModels()).toEqual(['a', 'c']);
    expect(leases).toEqual([A, C]);
  });

  it('never replaces the worker that a job has claimed', async () => {
    const claim = pool.claim(A);
    await claim.ready;
    await runOnce(B);
    await runOnce(C);
    expect(aliveModels()).toEqual(['a', 'c']);
    claim.release();
  });

  it('kills every worker before halt returns, those being started as well', async () => {
    await runOnce(A);
    const starting = Promise.withResolvers<void>();
    starter.before = () => starting.promise;
    const claim = pool.claim(B);
    await settled();
    const { workers, gone } = pool.halt();
    expect(workers).toBe(2);
    expect(aliveModels()).toEqual([]);
    starting.resolve();
    await gone;
    await expect(claim.ready).rejects.toMatchObject({ code: 'cancelled' });
    expect(aliveModels()).toEqual([]);
    expect(leases).toEqual([]);
  });

  it('stops a model download when halted', async () => {
    const download = new EventEmitter();
    ensure = async (_digest, signal) => {
      await once(download, 'done', { signal });
    };
    const claim = pool.claim(A);
    const { gone } = pool.halt();
    await gone;
    await expect(claim.ready).rejects.toBeDefined();
    expect(starter.workers).toEqual([]);
  });

  it('starts nothing while halted, and again after the resume', async () => {
    pool.halt();
    await expect(pool.claim(A).ready).rejects.toMatchObject({ code: 'cancelled' });
    pool.resume();
    await runOnce(A);
  });

  it('fails the run of a worker that crashes and starts another for the next', async () => {
    const claim = pool.claim(A);
    await claim.ready;
    const run = claim.run({ input: INPUT });
    await settled();
    starter.last.crash();
    await expect(run).rejects.toMatchObject({ code: 'worker-crashed' });
    await settled();
    await runOnce(A);
    expect(starter.workers).toHaveLength(2);
    expect(pool.fault).toBeNull();
  });

  it('restarts a worker that crashed between its start and the turn of its job', async () => {
    const claim = pool.claim(A);
    await claim.ready;
    starter.last.crash();
    await settled();
    const run = claim.run({ input: INPUT });
    await settled();
    starter.last.finish(OUTPUT);
    expect((await run).output).toEqual(OUTPUT);
  });

  it('holds workers back after three crashes within a minute, and says so', async () => {
    let changes = 0;
    for (let crash = 0; crash < 3; crash += 1) {
      const claim = pool.claim(A);
      await claim.ready;
      if (crash === 2) pool.on('change', () => (changes += 1));
      starter.last.crash();
      await settled();
      claim.release();
    }
    expect(pool.fault).toMatch(/30 s/);
    expect(changes).toBe(1);
    await expect(pool.claim(A).ready).rejects.toMatchObject({ code: 'no-capacity' });
    nowMs += 30_000;
    expect(pool.fault).toBeNull();
    await runOnce(A);
  });

  it('counts workers that die while they load, but not models that cannot be loaded', async () => {
    starter.before = async () => {
      throw new GataError('model-load-failed', 'The model is at fault.');
    };
    for (let failure = 0; failure < 4; failure += 1) {
      await expect(pool.claim(A).ready).rejects.toMatchObject({ code: 'model-load-failed' });
    }
    expect(pool.fault).toBeNull();
    starter.before = async () => {
      throw new GataError('worker-crashed', 'It died.');
    };
    for (let failure = 0; failure < 3; failure += 1) {
      await expect(pool.claim(A).ready).rejects.toMatchObject({ code: 'worker-crashed' });
    }
    expect(pool.fault).not.toBeNull();
    expect(leases).toEqual([]);
  });

  it('does not take a worker that it killed for one that crashed', async () => {
    for (let time = 0; time < 4; time += 1) {
      const claim = pool.claim(A);
      await claim.ready;
      const run = claim.run({ input: INPUT });
      claim.kill();
      await expect(run).rejects.toMatchObject({ code: 'worker-crashed' });
      claim.release();
    }
    expect(pool.fault).toBeNull();
  });

  describe('tells of models that break workers', () => {
    let faults: PoolFault[];
    beforeEach(() => {
      faults = [];
      pool.on('fault', (fault) => faults.push(fault));
    });

    it('once a worker, when a run crashes or breaks the protocol', async () => {
      const claim = pool.claim(A);
      await claim.ready;
      const run = claim.run({ input: INPUT });
      await settled();
      starter.last.crash();
      await expect(run).rejects.toBeDefined();
      await settled();
      expect(faults).toMatchObject([{ digest: A, modelId: 'digits', kind: 'crash' }]);
    });

    it('when a worker ends that had nothing to do, unless somebody killed it', async () => {
      await runOnce(A);
      starter.last.end({ byUs: false, wasKilled: true, detail: 'ended by SIGKILL' });
      await settled();
      expect(faults).toEqual([]);
      await runOnce(A);
      starter.last.crash();
      await settled();
      expect(faults).toMatchObject([{ digest: A, kind: 'crash' }]);
    });

    it('when it dies while it loads', async () => {
      starter.before = async () => {
        throw new WorkerFaultError('crash', 'worker-crashed', 'It died.');
      };
      await expect(pool.claim(A).ready).rejects.toBeDefined();
      await settled();
      expect(faults).toMatchObject([{ digest: A, modelId: 'digits', kind: 'crash' }]);
    });

    it('but not when we stop it, nor when its input is bad', async () => {
      const claim = pool.claim(A);
      await claim.ready;
      const bad = claim.run({ input: INPUT });
      await settled();
      starter.last.fail(new GataError('invalid-tensor', 'Bad.'));
      await expect(bad).rejects.toBeDefined();
      const stopped = claim.run({ input: INPUT });
      await settled();
      claim.kill();
      await expect(stopped).rejects.toBeDefined();
      expect(faults).toEqual([]);
    });

    it('when a run is stuck at its deadline, unless it is paced', async () => {
      starter.provider = 'cuda';
      pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 0.5 }] });
      const paced = pool.claim(A);
      await paced.ready;
      const slow = paced.run({ input: INPUT });
      await settled();
      paced.killStuck(60_000);
      await expect(slow).rejects.toBeDefined();
      expect(faults).toEqual([]);
      pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
      const claim = pool.claim(A);
      await claim.ready;
      const run = claim.run({ input: INPUT });
      await settled();
      claim.killStuck(60_000);
      await expect(run).rejects.toMatchObject({ code: 'job-timeout' });
      expect(faults).toMatchObject([{ digest: A, kind: 'hang' }]);
    });

    it("when a worker takes more of the card's memory than it may, which also ends it", async () => {
      const claim = pool.claim(A);
      await claim.ready;
      const run = claim.run({ input: INPUT });
      await settled();
      const usedBytes = (used: number) => [
        gpuSample({
          memoryUsedBytes: used,
          memoryFreeBytes: 24e9 - used,
          processes: [{ pid: 1, kind: 'compute', usedBytes: used }],
        }),
      ];
      pool.checkMemory(usedBytes(3e9));
      expect(starter.last.alive).toBe(true);
      pool.checkMemory(usedBytes(9e9));
      expect(starter.last.alive).toBe(false);
      await expect(run).rejects.toMatchObject({ code: 'gpu-memory-exceeded' });
      expect(faults).toMatchObject([{ digest: A, kind: 'memory' }]);
      expect(faults).toHaveLength(1);
    });

    it('and stops the worker of one that is not to be used any more', async () => {
      await runOnce(A);
      pool.drop(A);
      expect(aliveModels()).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('and pauses all compute when ever other models break workers', async () => {
      for (const digest of [A, B, C]) {
        const claim = pool.claim(digest);
        await claim.ready;
        const run = claim.run({ input: INPUT });
        await settled();
        starter.last.fail(
          new WorkerFaultError('protocol-violation', 'worker-protocol-violation', 'It lies.'),
        );
        await expect(run).rejects.toBeDefined();
        claim.release();
      }
      expect(pool.fault).toMatch(/30 s/);
    });
  });

  it('starts workers anew when their settings have changed, once nobody needs the old one', async () => {
    const claim = pool.claim(A);
    await claim.ready;
    cpuThreads = 4;
    await runOnce(A);
    expect(starter.workers).toHaveLength(1);
    claim.release();
    await runOnce(A);
    expect(starter.workers).toHaveLength(2);
    expect(starter.last.options.threads).toBe(4);
  });

  describe('on graphics cards', () => {
    const first = { uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 };
    const second = { uuid: 'GPU-2', minorNumber: 1, dutyCycle: 0.5 };
    const chosen = () => starter.workers.map((worker) => worker.options.gpu?.uuid ?? null);
    beforeEach(() => {
      starter.provider = 'cuda';
    });

    it('spreads workers over the cards that may work, and lets them choose where none is governed', async () => {
      pool.limit({ gpus: [first, second] });
      await runOnce(A);
      await runOnce(B);
      expect(chosen()).toEqual(['GPU-1', 'GPU-2']);
      pool.halt();
      pool.resume();
      pool.limit({ gpus: null });
      await runOnce(A);
      expect(chosen().at(-1)).toBeNull();
    });

    it('paces the worker of a card, from its start and whenever the pace changes', async () => {
      pool.limit({ gpus: [second] });
      await runOnce(A);
      pool.limit({ gpus: [{ ...second, dutyCycle: 0.25 }] });
      pool.limit({ gpus: [{ ...second, dutyCycle: 0.25 }] });
      pool.limit({ gpus: [{ ...second, dutyCycle: 1 }] });
      expect(starter.last.paces).toEqual([0.5, 0.25, 1]);
    });

    it('tells a worker that may run all the time nothing, nor one that runs on the processor', async () => {
      pool.limit({ gpus: [first] });
      await runOnce(A);
      expect(starter.last.paces).toEqual([]);
      starter.provider = 'cpu';
      pool.limit({ gpus: [second] });
      await runOnce(B);
      expect(starter.last.paces).toEqual([]);
    });

    it('kills the workers of a card that may no longer work, and says that their jobs are not at fault', async () => {
      pool.limit({ gpus: [first, second] });
      const claim = pool.claim(A);
      await claim.ready;
      const other = pool.claim(B);
      await other.ready;
      const run = claim.run({ input: INPUT });
      await settled();
      pool.limit({ gpus: [second] });
      await expect(run).rejects.toBeDefined();
      expect(claim.preempted).toBe(true);
      expect(other.preempted).toBe(false);
      expect(aliveModels()).toEqual(['b']);
      expect(pool.fault).toBeNull();
      claim.release();
      await runOnce(A);
      expect(chosen().at(-1)).toBe('GPU-2');
    });

    it('tells which processes hold a model on a card, and when one last ran there', async () => {
      nowMs = 5000;
      pool.limit({ gpus: [first] });
      const claim = pool.claim(A);
      await claim.ready;
      expect(pool.gpuUse).toEqual([{ uuid: 'GPU-1', pids: [1], lastRanMs: null }]);
      const run = claim.run({ input: INPUT });
      await settled();
      nowMs = 6000;
      expect(pool.gpuUse[0]?.lastRanMs).toBe(6000);
      starter.last.finish(OUTPUT);
      await run;
      nowMs = 9000;
      pool.halt();
      expect(pool.gpuUse).toEqual([{ uuid: 'GPU-1', pids: [], lastRanMs: 6000 }]);
    });
  });
});

/** Lets what was set off finish: everything scripted settles within a few turns. */
async function settled(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}
