import { expect, test, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { HELPER_LEASE_MS } from '../../../src/shared/gpu-helper-protocol.ts';
import { builtGpuProgram } from '../../support/built-program.ts';
import { HelperClient } from '../../support/gpu-helper-client.ts';
import {
  BOTH_LIMITS,
  DEFAULT_MILLIWATTS,
  firstCard,
  helperTestsMissing,
  limitsOf,
} from '../../support/gpu-helper-limits.ts';
import { HelperProcess } from '../../support/gpu-helper-process.ts';

/** Whoever runs the tests. */
const ALLOWED = [process.getuid?.() ?? 0];

const missing = await helperTestsMissing();
const testHelper = test.skipIf(missing !== undefined);
if (missing === undefined) await builtGpuProgram('helper.js');

testHelper('puts back what a client held that ends without a word', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  await client.ask({ verb: 'hold', uuid: await firstCard(client), limits: BOTH_LIMITS });
  client[Symbol.dispose]();
  await vi.waitFor(() => expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS), 10_000);
});

testHelper('puts back what a silent client held, and hangs up on it', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const beganMs = Date.now();
  await client.ask({ verb: 'hold', uuid: await firstCard(client), limits: BOTH_LIMITS });
  await client.closed;
  expect(Date.now() - beganMs).toBeGreaterThan(HELPER_LEASE_MS - 100);
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS);
});

testHelper('leaves a killed helper’s limits to --restore, and serves again', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2, acousticThresholdC: 80 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(client);
  await client.ask({ verb: 'hold', uuid, limits: BOTH_LIMITS });
  helper.kill('SIGKILL');
  await helper.ended();
  await client.closed;
  expect(limitsOf(driver)).toEqual([150_000, 70]);
  expect(helper.restore()).toBe(0);
  expect(limitsOf(driver)).toEqual([DEFAULT_MILLIWATTS, 80]);
  expect(helper.hasJournal()).toBe(false);
  helper.spawn();
  using again = await HelperClient.connect(helper.socketPath);
  expect(await again.ask({ verb: 'hold', uuid, limits: BOTH_LIMITS })).toMatchObject({ limits: BOTH_LIMITS });
});

testHelper('puts back a killed helper’s limits when it is started again without --restore', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  await client.ask({ verb: 'hold', uuid: await firstCard(client), limits: BOTH_LIMITS });
  helper.kill('SIGKILL');
  await helper.ended();
  helper.spawn();
  await vi.waitFor(() => expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS), 10_000);
});

testHelper('puts everything back when it is told to end', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  await client.ask({ verb: 'hold', uuid: await firstCard(client), limits: BOTH_LIMITS });
  helper.kill('SIGTERM');
  expect(await helper.ended()).toBe(0);
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS);
  expect(helper.hasJournal()).toBe(false);
});

testHelper('does not wake the card for --restore when nothing is left behind', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  expect(helper.restore()).toBe(0);
  expect(driver.calls('nvmlInit')).toBe(0);
});

testHelper('ends by itself when nobody needs it, and not while somebody is connected', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  const options = { nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED, idleSeconds: 2 };
  await using helper = await HelperProcess.start(options);
  using client = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(client);
  for (let beat = 0; beat < 4; beat += 1) {
    await client.ask({ verb: 'hold', uuid, limits: BOTH_LIMITS });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  client[Symbol.dispose]();
  expect(await helper.ended()).toBe(0);
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS);
});

testHelper('ends with an error when the driver goes away, to be started afresh', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  await client.ask({ verb: 'hold', uuid: await firstCard(client), limits: BOTH_LIMITS });
  driver.unload();
  expect(await helper.ended()).toBe(1);
  expect(helper.restore()).toBe(0);
  driver.load();
  helper.spawn();
  using again = await HelperClient.connect(helper.socketPath);
  expect(await again.ask({ verb: 'describe' })).toMatchObject({ answer: 'description' });
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS);
});
