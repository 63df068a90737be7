import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
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

const NOBODY = 65_534;
const OWN_UID = process.getuid?.() ?? 0;
/** Whoever runs the tests. */
const ALLOWED = [OWN_UID];

const missing = await helperTestsMissing();
const testHelper = test.skipIf(missing !== undefined);
const testAsRoot = test.skipIf(missing !== undefined || OWN_UID !== 0);
if (missing === undefined) await builtGpuProgram('helper.js');

testHelper('tells who it is and what it can limit', async () => {
  using driver = await FakeDriver.create({
    cards: [{ setAllowed: 2 }, { setAllowed: 2, supportsAcoustic: 0 }],
  });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const answer = await client.ask({ verb: 'describe' });
  expect(answer).toMatchObject({
    answer: 'description',
    protocol: 1,
    devices: [{ canLimit: { power: true, acoustic: true } }, { canLimit: { power: true, acoustic: false } }],
  });
});

testHelper('holds both limits while it is asked to, and puts them back', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2, acousticThresholdC: 83 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(client);
  expect(await client.ask({ verb: 'hold', uuid, limits: BOTH_LIMITS })).toEqual({
    answer: 'held',
    uuid,
    limits: BOTH_LIMITS,
    foreign: false,
    problem: null,
  });
  expect(limitsOf(driver)).toEqual([150_000, 70]);
  expect(helper.hasJournal()).toBe(true);
  expect(await client.ask({ verb: 'renew' })).toEqual({ answer: 'renewed' });
  expect(await client.ask({ verb: 'release' })).toEqual({ answer: 'released' });
  expect(limitsOf(driver)).toEqual([DEFAULT_MILLIWATTS, 83]);
  expect(helper.hasJournal()).toBe(false);
});

testHelper('sets nothing below half of the default or above it, whatever is asked for', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2, powerMinimumMilliwatts: 50_000 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(client);
  const held = async (powerLimitMilliwatts: number) => {
    await client.ask({ verb: 'hold', uuid, limits: { powerLimitMilliwatts, acousticThresholdC: null } });
    return driver.get(0, 'powerLimitMilliwatts');
  };
  expect([await held(0), await held(60_000), await held(215_000), await held(2 ** 52)]).toEqual([
    100_000,
    100_000,
    DEFAULT_MILLIWATTS,
    DEFAULT_MILLIWATTS,
  ]);
});

testHelper('lets one connection at a time hold a card', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using first = await HelperClient.connect(helper.socketPath);
  using second = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(first);
  await first.ask({ verb: 'hold', uuid, limits: BOTH_LIMITS });
  const refused = await second.ask({
    verb: 'hold',
    uuid,
    limits: { ...BOTH_LIMITS, powerLimitMilliwatts: 110_000 },
  });
  expect(refused).toMatchObject({ answer: 'error', code: 'held-by-another' });
  // Nor does its end, or its release, touch what the other holds.
  await second.ask({ verb: 'release' });
  second[Symbol.dispose]();
  await second.closed;
  expect(await first.ask({ verb: 'renew' })).toEqual({ answer: 'renewed' });
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(150_000);
});

testHelper('says so without a driver, and does without one until there is one', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  driver.unload();
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  expect(await client.ask({ verb: 'describe' })).toMatchObject({ code: 'driver-unavailable' });
  driver.load();
  expect(await client.ask({ verb: 'describe' })).toMatchObject({ answer: 'description' });
});

testHelper('goes on with the other cards when one is lost', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }, { setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  const description = await client.ask({ verb: 'describe' });
  const [first, second] = description.answer === 'description' ? description.devices : [];
  driver.set(0, 'isLost', 1);
  const lost = await client.ask({ verb: 'hold', uuid: first?.uuid, limits: BOTH_LIMITS });
  expect(lost).toMatchObject({ answer: 'error', code: 'driver-unavailable' });
  expect(await client.ask({ verb: 'hold', uuid: second?.uuid, limits: BOTH_LIMITS })).toMatchObject({
    limits: BOTH_LIMITS,
  });
  // Longer than the helper takes to look at its cards again.
  for (let beat = 0; beat < 5; beat += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await client.ask({ verb: 'renew' })).toEqual({ answer: 'renewed' });
  }
});

testAsRoot('answers another user with not-allowed, though the socket lets them in', async () => {
  using driver = await FakeDriver.create();
  // Nobody's group may open the socket, and only uid 12345 may ask.
  const options = { nvmlLibrary: driver.libraryPath, allowedUids: [12_345], gid: NOBODY };
  await using helper = await HelperProcess.start(options);
  const line = JSON.stringify({ verb: 'hold', uuid: 'GPU-x', limits: BOTH_LIMITS });
  expect(askAs({ uid: NOBODY, gid: NOBODY }, helper.socketPath, line)).toMatch(/"not-allowed"/);
  expect(askAs({ uid: 12_345, gid: NOBODY }, helper.socketPath, line)).toMatch(/"unknown-device"/);
  expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS);
});

testAsRoot('cannot even be reached from another group', async () => {
  using driver = await FakeDriver.create();
  const options = { nvmlLibrary: driver.libraryPath, allowedUids: [12_345], gid: 12_345 };
  await using helper = await HelperProcess.start(options);
  expect(askAs({ uid: NOBODY, gid: NOBODY }, helper.socketPath, '{}')).toMatch(/EACCES/);
  expect(askAs({ uid: 12_345, gid: 12_345 }, helper.socketPath, '{"verb":"renew"}')).toMatch(/renewed/);
});

/** What the helper says to one line from another user; or why that user does not reach it. */
function askAs(user: { uid: number; gid: number }, socketPath: string, line: string): string {
  const script = `
    const socket = require('node:net').connect(${JSON.stringify(socketPath)});
    socket.on('error', (error) => console.log(String(error)));
    socket.on('data', (bytes) => { process.stdout.write(bytes); socket.end(); });
    socket.write(${JSON.stringify(`${line}\n`)});`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    ...user,
    encoding: 'utf8',
    env: {},
    cwd: '/',
    timeout: 20_000,
  });
  return `${stdout}${stderr}`;
}
