import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { gpusPageSchema } from '../../src/shared/local-api.ts';
import { HelperProcess } from '../support/gpu-helper-process.ts';
import { canGovern, GpuLoop } from '../support/gpu-loop.ts';
import { childRunning, isAlive, workersOf } from '../support/process-tree.ts';

/** `npm run test:limits:long` kills a thousand times. */
const KILLS = Number(process.env.GATA_LIMIT_KILLS ?? 24);
const RESTORED_WITHIN_MS = 2000;
const DEFAULT_MILLIWATTS = 200_000;
const HOLD_TIMEOUT_MS = 60_000;
const POLL_MS = 2;
/** A miss is followed up, to tell a slow restoration from none. */
const GIVE_UP_MS = 30_000;

const PARTS = ['agent', 'guard', 'worker', 'helper'] as const;
type Part = (typeof PARTS)[number];

describe.skipIf(!canGovern)('limits on the card', () => {
  it('hold while a model runs, and are back the moment compute pauses or the agent closes', {
    timeout: 120_000,
  }, async () => {
    await using world = await World.start();
    await world.untilHeld();
    expect(await world.page()).toMatchObject({
      state: 'ready',
      authority: 'direct',
      gpus: [{ enforcement: { power: 'hardware' } }],
    });

    await world.loop.agent.request('POST', '/v1/pause', { until: 'resumed' });
    expect(await world.restoredWithin(RESTORED_WITHIN_MS)).toBeDefined();
    await world.loop.agent.request('POST', '/v1/resume');
    await world.untilHeld();
    await world.loop.agent.child.stop();
    expect(world.limitMilliwatts).toBe(DEFAULT_MILLIWATTS);
  });

  for (const withHelper of [false, true]) {
    const parts = PARTS.filter((part) => withHelper || part !== 'helper');
    it(`are put back after ${KILLS / 2} kills of ${parts.join(', ')} in any combination`, {
      timeout: 60_000 + (KILLS / 2) * 10_000,
    }, async () => {
      await using world = await World.start({ withHelper });
      const killed: Partial<Record<Part | 'everything', number>> = {};
      const tookMs: number[] = [];
      const misses: { victims: readonly Part[]; restoredAfterMs: number | undefined }[] = [];
      for (let kills = 0, round = 0; kills < KILLS / 2; round += 1) {
        await world.untilHeld();
        const victims = chooseVictims(parts, round);
        await world.kill(victims);
        kills += victims.length;
        for (const victim of victims) killed[victim] = (killed[victim] ?? 0) + 1;
        if (victims.length === parts.length) killed.everything = (killed.everything ?? 0) + 1;
        const restored = await world.restoredAfter(victims);
        if (restored !== undefined) tookMs.push(restored);
        else misses.push({ victims, restoredAfterMs: await world.restoredWithin(GIVE_UP_MS) });
      }
      const slowestMs = Math.max(...tookMs).toFixed(0);
      console.log(
        JSON.stringify({ killed, misses, restorations: tookMs.length, slowestMs: Number(slowestMs) }),
      );
      expect(misses).toEqual([]);
      await world.loop.agent.child.stop();
      expect(world.limitMilliwatts).toBe(DEFAULT_MILLIWATTS);
    });
  }
});

/** Every combination in turn: the round's low part says who, the rest in which order. */
function chooseVictims(parts: readonly Part[], round: number): Part[] {
  const combinations = 2 ** parts.length - 1;
  // By strides, so that a short run meets every part.
  const who = ((round * 11) % combinations) + 1;
  const chosen = parts.filter((_, index) => (who & (1 << index)) !== 0);
  const turn = Math.floor(round / combinations);
  const first = turn % chosen.length;
  const turned = [...chosen.slice(first), ...chosen.slice(0, first)];
  return turn % 2 === 0 ? turned : turned.reverse();
}

/** The whole loop on a machine with one fake card, which is seen from outside of every program. */
class World implements AsyncDisposable {
  readonly loop: GpuLoop;
  readonly #driver: FakeDriver;
  readonly #helper: HelperProcess | undefined;
  readonly #owned: AsyncDisposableStack;

  static async start({ withHelper = false } = {}): Promise<World> {
    await using cleanup = new AsyncDisposableStack();
    const driver = cleanup.use(await FakeDriver.create());
    const helper = withHelper
      ? cleanup.use(await HelperProcess.start({ nvmlLibrary: driver.libraryPath, idleSeconds: 3600 }))
      : undefined;
    const loop = cleanup.use(
      await GpuLoop.start({
        driver,
        ...(helper && { helperSocket: helper.socketPath, unprivileged: true }),
      }),
    );
    return new World(loop, driver, helper, cleanup.move());
  }

  private constructor(
    loop: GpuLoop,
    driver: FakeDriver,
    helper: HelperProcess | undefined,
    owned: AsyncDisposableStack,
  ) {
    this.loop = loop;
    this.#driver = driver;
    this.#helper = helper;
    this.#owned = owned;
  }

  get limitMilliwatts(): number {
    return this.#driver.get(0, 'powerLimitMilliwatts');
  }

  async page() {
    return gpusPageSchema.parse(await this.loop.agent.request('GET', '/v1/gpus'));
  }

  async untilHeld(): Promise<void> {
    const held = await waitFor(() => this.limitMilliwatts !== DEFAULT_MILLIWATTS, HOLD_TIMEOUT_MS);
    if (held === undefined) throw new Error('No limit was set while a model ran.');
  }

  /** @returns how long it took, or undefined when it did not happen. */
  restoredWithin(timeoutMs: number): Promise<number | undefined> {
    return waitFor(() => this.limitMilliwatts === DEFAULT_MILLIWATTS, timeoutMs);
  }

  /** SIGKILL, one after the other with a moment between them. */
  async kill(victims: readonly Part[]): Promise<void> {
    const agentPid = this.loop.agent.child.process.pid ?? 0;
    // Looked up before the first dies: orphans have other parents.
    const pids: Record<Part, number | undefined> = {
      agent: agentPid,
      guard: childRunning(agentPid, 'guard.js'),
      worker: workersOf(agentPid)[0],
      helper: this.#helper?.pid,
    };
    for (const victim of victims) {
      const pid = pids[victim];
      if (victim === 'agent') await this.loop.agent.child.crash();
      else if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
      await sleep(Math.random() * 20);
    }
  }

  /**
   * Brings back what the system brings back (the helper) and, where nobody is left who could restore, the agent.
   * @returns after how many milliseconds the limit was the user's, or one that a living agent holds.
   */
  async restoredAfter(victims: readonly Part[]): Promise<number | undefined> {
    if (victims.includes('helper')) {
      await this.#helper?.ended();
      this.#helper?.spawn();
    }
    if (!victims.includes('agent')) return this.#explainedWithin(RESTORED_WITHIN_MS);
    const survivors = this.#helper !== undefined || !victims.includes('guard');
    const restored = survivors ? await this.restoredWithin(RESTORED_WITHIN_MS) : undefined;
    await this.loop.startAgent();
    return survivors ? restored : this.#explainedWithin(RESTORED_WITHIN_MS);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync();
  }

  async #explainedWithin(timeoutMs: number): Promise<number | undefined> {
    return waitFor(async () => {
      if (this.limitMilliwatts === DEFAULT_MILLIWATTS) return true;
      return (await this.page()).gpus[0]?.held.powerLimitMilliwatts === this.limitMilliwatts;
    }, timeoutMs);
  }
}

async function waitFor(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<number | undefined> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < timeoutMs) {
    if (await condition()) return performance.now() - startedMs;
    await sleep(POLL_MS);
  }
  return undefined;
}
