import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { fakeDriverMissing } from './fake-driver-compiler.ts';

const CLIENT = fileURLToPath(new URL('./fake-driver-client.ts', import.meta.url));
const NO_PERMISSION = 4;
const NOBODY = '65534';
const KILLS = 50;
const isRoot = process.getuid?.() === 0;

/** Another process on this driver. */
function startClient(driver: FakeDriver, ...args: readonly string[]) {
  const child = spawn(process.execPath, [CLIENT, driver.libraryPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** What it prints, when it has ended. */
async function output(child: ReturnType<typeof startClient>): Promise<string> {
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  await once(child, 'close');
  return chunks.join('').trim();
}

describe.skipIf(fakeDriverMissing() !== undefined)('a fake driver shared by processes', () => {
  test('shows in one what was done in another', async () => {
    using driver = await FakeDriver.create({ clock: 'manual', cards: [{ setAllowed: 2 }] });
    driver.set(0, 'idleMilliwatts', 17_000);
    expect(await output(startClient(driver, 'power'))).toBe('17000');
    expect(await output(startClient(driver, 'limit', '130000'))).toBe('0');
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(130_000);
    expect(driver.calls('nvmlDeviceGetPowerUsage')).toBe(1);
  });

  test.skipIf(!isRoot)('asks for root to set limits', async () => {
    using driver = await FakeDriver.create({ clock: 'manual' });
    expect(await output(startClient(driver, 'limit', '130000', NOBODY))).toBe(String(NO_PERMISSION));
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    driver.set(0, 'setAllowed', 2);
    expect(await output(startClient(driver, 'limit', '130000', NOBODY))).toBe('0');
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(130_000);
  });

  test('goes on for the others while a call hangs in one, and lets it go when told', async () => {
    using driver = await FakeDriver.create({ clock: 'manual' });
    driver.hang('nvmlDeviceGetPowerUsage', 3_600_000);
    const client = startClient(driver, 'power');
    const printed = output(client);
    await expect.poll(() => driver.calls('nvmlDeviceGetPowerUsage'), { timeout: 20_000 }).toBe(1);
    driver.set(0, 'idleMilliwatts', 15_000);
    driver.advance(1);
    expect(client.exitCode).toBeNull();
    driver.hang('nvmlDeviceGetPowerUsage', 0);
    expect(await printed).toBe('15000');
  });

  test(`is whole and free after processes are killed at any moment, ${KILLS} times`, {
    timeout: 180_000,
  }, async () => {
    // So fast that almost every call runs the model under the lock.
    using driver = await FakeDriver.create({
      timeScale: 1000,
      cards: [{ load: 0.7, setAllowed: 2 }],
    });
    let before = { seconds: 0, work: 0, energy: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const client = startClient(driver, 'hammer', String(kill * 7919));
      await once(client.stdout, 'data');
      const callsBefore = driver.calls('nvmlDeviceSetPowerManagementLimit');
      await expect
        .poll(() => driver.calls('nvmlDeviceSetPowerManagementLimit'), { interval: 1, timeout: 20_000 })
        .toBeGreaterThan(callsBefore);
      await delay(Math.random() * 10);
      client.kill('SIGKILL');
      await once(client, 'close');

      // Each of these takes the lock, so it would hang here if it had stayed locked.
      driver.set(0, 'ambientC', 20 + (kill % 10));
      const fromSeconds = driver.get(0, 'seconds');
      const work = driver.get(0, 'workDone');
      const energy = driver.get(0, 'energyMillijoules');
      const toSeconds = driver.get(0, 'seconds');
      expect(fromSeconds).toBeGreaterThanOrEqual(before.seconds);
      expect(work).toBeGreaterThanOrEqual(before.work);
      expect(energy).toBeGreaterThanOrEqual(before.energy);
      before = { seconds: toSeconds, work, energy };
      // Energy, work and time belong together: at most full power, at least idle.
      expect(work).toBeLessThanOrEqual(toSeconds);
      expect(energy).toBeGreaterThanOrEqual(12_000 * fromSeconds * 0.999);
      expect(energy).toBeLessThanOrEqual(215_000 * toSeconds);
      expect(driver.get(0, 'temperatureC')).toBeGreaterThan(20);
      expect(driver.get(0, 'temperatureC')).toBeLessThan(90);
      const limit = driver.get(0, 'powerLimitMilliwatts');
      expect(limit % 1000).toBe(0);
      expect(limit).toBeGreaterThanOrEqual(100_000);
      expect(limit).toBeLessThanOrEqual(200_000);
      expect(driver.get(0, 'acousticThresholdC')).toBeGreaterThanOrEqual(65);
    }
    driver.fail('nvmlDeviceGetBrand', 0, { card: 0 });
  });
});
