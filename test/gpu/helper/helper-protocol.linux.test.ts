import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { HELPER_LINE_BYTES_LIMIT } from '../../../src/shared/gpu-helper-protocol.ts';
import { builtGpuProgram } from '../../support/built-program.ts';
import { HelperClient } from '../../support/gpu-helper-client.ts';
import {
  BOTH_LIMITS,
  DEFAULT_MILLIWATTS,
  firstCard,
  helperTestsMissing,
} from '../../support/gpu-helper-limits.ts';
import { HelperProcess } from '../../support/gpu-helper-process.ts';

/** Whoever runs the tests. */
const ALLOWED = [process.getuid?.() ?? 0];

const missing = await helperTestsMissing();
const testHelper = test.skipIf(missing !== undefined);
if (missing === undefined) await builtGpuProgram('helper.js');

testHelper(
  'refuses a card that is not here, a verb that is not one, and fields that are too many',
  async () => {
    using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
    await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
    using client = await HelperClient.connect(helper.socketPath);
    const codeOf = async (request: unknown) => {
      const answer = await client.ask(request);
      return answer.answer === 'error' ? answer.code : answer.answer;
    };
    expect(await codeOf({ verb: 'hold', uuid: 'GPU-of-somebody-else', limits: BOTH_LIMITS })).toBe(
      'unknown-device',
    );
    expect(await codeOf({ verb: 'hold', uuid: '/dev/nvidia0', limits: BOTH_LIMITS })).toBe('malformed');
    expect(await codeOf({ verb: 'exec', command: 'id' })).toBe('malformed');
    expect(await codeOf({ verb: 'renew', and: 'more' })).toBe('malformed');
    expect(await codeOf([])).toBe('malformed');
    expect(await codeOf({ verb: 'renew' })).toBe('renewed');
  },
);

testHelper('answers what is not JSON or is too long, and hangs up', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  for (const bytes of ['{"verb":\n', `${'x'.repeat(HELPER_LINE_BYTES_LIMIT)}\n`, 'y'.repeat(1_000_000)]) {
    using client = await HelperClient.connect(helper.socketPath);
    client.send(bytes);
    expect(await client.answer(0)).toMatchObject({ answer: 'error', code: 'malformed' });
    await client.closed;
  }
  using client = await HelperClient.connect(helper.socketPath);
  expect(await client.ask({ verb: 'renew' })).toEqual({ answer: 'renewed' });
});

testHelper('answers many requests in one packet in their order', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  client.send('{"verb":"describe"}\n{"verb":"renew"}\n{"verb":"nothing"}\n{"verb":"release"}\n');
  await client.answer(3);
  expect(client.answers.map(({ answer }) => answer)).toEqual(['description', 'renewed', 'error', 'released']);
});

testHelper('hangs up on a flood of requests', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using client = await HelperClient.connect(helper.socketPath);
  client.send('{"verb":"renew"}\n'.repeat(1000));
  await client.closed;
  expect(client.answers.length).toBeLessThan(100);
  expect(client.answers.at(-1)).toMatchObject({ answer: 'error', code: 'failed' });
});

testHelper('turns the ninth connection away', async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using clients = new DisposableStack();
  for (let count = 0; count < 8; count += 1) {
    const client = clients.use(await HelperClient.connect(helper.socketPath));
    await client.ask({ verb: 'renew' });
  }
  using ninth = await HelperClient.connect(helper.socketPath);
  expect(await ninth.answer(0)).toMatchObject({ answer: 'error', code: 'failed' });
  await ninth.closed;
});

testHelper('survives whatever is sent, and sets nothing out of range', { timeout: 120_000 }, async () => {
  using driver = await FakeDriver.create({ cards: [{ setAllowed: 2, powerMinimumMilliwatts: 10_000 }] });
  await using helper = await HelperProcess.start({ nvmlLibrary: driver.libraryPath, allowedUids: ALLOWED });
  using probe = await HelperClient.connect(helper.socketPath);
  const uuid = await firstCard(probe);
  const pid = helper.pid;
  const limit = fc.oneof(
    { weight: 4, arbitrary: fc.nat(400_000) },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.integer(), fc.double(), fc.constant(null), fc.string(), fc.maxSafeInteger()),
    },
  );
  const celsius = fc.oneof(fc.integer({ min: -100, max: 300 }), fc.constant(null));
  const request = fc.record(
    {
      verb: fc.constantFrom('hold', 'hold', 'hold', 'describe', 'renew', 'release', '__proto__', 'exec'),
      uuid: fc.oneof({ weight: 4, arbitrary: fc.constant(uuid) }, { weight: 1, arbitrary: fc.string() }),
      limits: fc.record({ powerLimitMilliwatts: limit, acousticThresholdC: celsius }),
    },
    { requiredKeys: ['verb'] },
  );
  const line = fc.oneof(
    { weight: 20, arbitrary: request.map((value) => Buffer.from(`${JSON.stringify(value)}\n`)) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(`${text}\n`)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6000 }).map((bytes) => Buffer.from(bytes)) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      using client = await HelperClient.connect(helper.socketPath);
      for (const bytes of lines) client.send(bytes);
      client.send('\n');
      // Every line is answered or the connection is closed; an empty line does both.
      await client.closed;
      const milliwatts = driver.get(0, 'powerLimitMilliwatts');
      expect(milliwatts).toBeGreaterThanOrEqual(DEFAULT_MILLIWATTS / 2);
      expect(milliwatts).toBeLessThanOrEqual(DEFAULT_MILLIWATTS);
      for (const answer of client.answers) {
        if (answer.answer !== 'held' || answer.limits.powerLimitMilliwatts === null) continue;
        expect(answer.limits.powerLimitMilliwatts).toBeGreaterThanOrEqual(DEFAULT_MILLIWATTS / 2);
        expect(answer.limits.powerLimitMilliwatts).toBeLessThanOrEqual(DEFAULT_MILLIWATTS);
      }
    }),
    { numRuns: 150 },
  );
  expect(helper.pid).toBe(pid);
  expect(driver.calls('nvmlDeviceSetPowerManagementLimit')).toBeGreaterThan(50);
  await vi.waitFor(() => expect(driver.get(0, 'powerLimitMilliwatts')).toBe(DEFAULT_MILLIWATTS), 10_000);
});

testHelper('takes no flag that it does not know, and no half of a path', async () => {
  const program = await builtGpuProgram('helper.js');
  const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(run('--journal', 'limits.json')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/--journal/),
  });
  expect(run('--nvml-library', 'x', '--journal', '/j')).toMatchObject({ status: 2 });
  expect(run('--allow-everybody')).toMatchObject({ status: 2 });
  expect(run('--journal', '/j', '--allow-uid', '4294967295')).toMatchObject({ status: 2 });
  expect(run('--self-test')).toMatchObject({ status: 0 });
});
