import { describe, expect, it, vi } from 'vitest';
import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { type GpusPage, gamesPageSchema, gpusPageSchema, type Status } from '../../src/shared/local-api.ts';
import { ProgramFolder } from '../support/game-process.ts';
import { canGovern, GpuLoop } from '../support/gpu-loop.ts';
import { isAlive, workersOf } from '../support/process-tree.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };

/** The whole loop with one fake card: what happens to the card decides what the programs do. */
describe.skipIf(!canGovern)('a governed card', () => {
  const pageOf = async (loop: GpuLoop): Promise<GpusPage> =>
    gpusPageSchema.parse(await loop.agent.request('GET', '/v1/gpus'));
  const untilStatus = (loop: GpuLoop, expected: Partial<Status> | object) =>
    vi.waitFor(async () => expect(await loop.agent.status()).toMatchObject(expected), PATIENCE);
  const works = { state: 'working', device: { provider: 'webgpu' } };
  const pausedBecause = (code: string) => ({ state: 'paused', reasons: [{ code }] });

  it('pauses compute when it is too hot, short of memory or gone, and goes on after that', {
    timeout: 300_000,
  }, async () => {
    using driver = await FakeDriver.create();
    await using loop = await GpuLoop.start({ driver });
    await untilStatus(loop, works);

    // So hot a heat sink keeps the die there for a while.
    driver.set(0, 'ambientC', 95);
    driver.set(0, 'sinkC', 97);
    driver.set(0, 'temperatureC', 98);
    await untilStatus(loop, pausedBecause('gpu-too-hot'));
    driver.set(0, 'ambientC', 24);
    driver.set(0, 'sinkC', 40);
    driver.set(0, 'temperatureC', 40);
    await untilStatus(loop, works);

    const total = driver.get(0, 'memoryTotalBytes');
    const used = driver.get(0, 'memoryUsedBytes');
    driver.set(0, 'memoryUsedBytes', total - 200_000_000);
    await untilStatus(loop, pausedBecause('gpu-memory-needed'));
    driver.set(0, 'memoryUsedBytes', used);
    await untilStatus(loop, works);

    driver.unload();
    await untilStatus(loop, pausedBecause('gpu-unavailable'));
    driver.load();
    await untilStatus(loop, works);

    driver.hang('nvmlDeviceGetTemperature', 60_000);
    await untilStatus(loop, pausedBecause('gpu-too-hot'));
    await untilStatus(loop, pausedBecause('gpu-unavailable'));
    driver.hang('nvmlDeviceGetTemperature', 0);
    await untilStatus(loop, works);
  });

  it('is kept to its limits by pauses where limits may not be set', { timeout: 180_000 }, async () => {
    using driver = await FakeDriver.create({ cards: [{ load: 1 }] });
    await using loop = await GpuLoop.start({ driver, unprivileged: true });
    await untilStatus(loop, works);
    await vi.waitFor(async () => {
      const page = await pageOf(loop);
      expect(page.authority).toBe('none');
      expect(page.authorityDetail).not.toBe('');
      const [card] = page.gpus;
      expect(card).toMatchObject({ enforcement: { power: 'pacing' }, held: { powerLimitMilliwatts: null } });
      // The fake card draws all it can, whatever the pace: the governor paces ever more.
      expect(card?.dutyCycle).toBeLessThan(0.9);
    }, PATIENCE);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  });

  it('shows its readings, an hour of history and what the work drew', { timeout: 180_000 }, async () => {
    using driver = await FakeDriver.create();
    await using loop = await GpuLoop.start({ driver });
    await untilStatus(loop, works);
    await vi.waitFor(async () => {
      const { today, todayProfit } = await loop.agent.status();
      expect(today.finished).toBeGreaterThan(5);
      expect(todayProfit.energyJoules).toBeGreaterThan(0);
      expect(BigInt(todayProfit.earnedWei)).toBeGreaterThan(0n);
    }, PATIENCE);
    const [card] = (await pageOf(loop)).gpus;
    const history = await loop.agent.request('GET', `/v1/gpus/${card?.device.uuid}/history?seconds=60`);
    expect(history).toMatchObject({ temperatureC: expect.arrayContaining([expect.any(Number)]) });
  });

  it('is free for a game, and the pause is remembered with the driver’s word on that', {
    timeout: 180_000,
  }, async () => {
    using driver = await FakeDriver.create({ cards: [{ computeBytes: 2e9, computeFollowsPid: 1 }] });
    using programs = new ProgramFolder();
    const game = programs.add('game that needs the card');
    await using loop = await GpuLoop.start({ driver });
    await loop.agent.request('PATCH', '/v1/settings', { games: { include: ['game that needs the card'] } });
    await untilStatus(loop, works);
    driver.set(0, 'computePid', workersOf(loop.agent.endpoint.pid).find(isAlive) ?? 0);
    await programs.start(game, '100');
    const pause = await vi.waitFor(async () => {
      const { pauses } = gamesPageSchema.parse(await loop.agent.request('GET', '/v1/games'));
      expect(pauses).toMatchObject([{ name: 'game that needs the card', memory: { freed: true } }]);
      return pauses[0];
    }, PATIENCE);
    expect(pause?.workers).toBeGreaterThan(0);
    expect(pause?.startToStoppedMs).toBeGreaterThanOrEqual(pause?.seenToStoppedMs ?? Number.NaN);
  });
});
