import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { GuardProcess } from './guard-process.ts';

const BACK_WITHIN_MS = 2000;
const isRunning = (pid: number) => existsSync(`/proc/${pid}`);

let folder: string;
let fake: FakeDriver;
let stack: DisposableStack;

beforeEach(async () => {
  stack = new DisposableStack();
  folder = stack.use(temporaryFolder()).path;
  fake = stack.use(await FakeDriver.create({ cards: [{}, { powerDefaultMilliwatts: 180_000 }] }));
});
afterEach(() => stack.dispose());

const journalPath = () => join(folder, 'gpu-limits.json');
const start = () =>
  stack.use(new GuardProcess({ journalPath: journalPath(), libraryPath: fake.libraryPath }));
const limits = () => [
  fake.get(0, 'powerLimitMilliwatts'),
  fake.get(0, 'acousticThresholdC'),
  fake.get(1, 'powerLimitMilliwatts'),
];
const ORIGINAL = [200_000, 83, 180_000];

/** Both cards held, by a guard that is up. */
async function holding() {
  const guard = start();
  const { devices } = await guard.message('devices');
  const uuids = devices.map(({ uuid }) => uuid);
  for (const uuid of uuids) await guard.hold(uuid, 120_000, 70);
  expect(limits()).toEqual([120_000, 70, 120_000]);
  return { guard, uuids };
}

/** An agent in a process of its own that holds both cards, and its guard. */
async function agent() {
  const script = join(import.meta.dirname, 'agent-stand-in.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, journalPath(), fake.libraryPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stack.defer(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, guardPid: Number(line) };
}

describe('limits come back', () => {
  it('when the agent is killed', async () => {
    const { child, guardPid } = await agent();
    expect(limits()).toEqual([150_000, 70, 150_000]);
    child.kill('SIGKILL');
    const killedAt = performance.now();
    await vi.waitFor(() => expect(limits()).toEqual(ORIGINAL), { timeout: 10_000, interval: 10 });
    expect(performance.now() - killedAt).toBeLessThan(BACK_WITHIN_MS);
    await vi.waitFor(() => expect(isRunning(guardPid)).toBe(false), { timeout: 10_000 });
    expect(existsSync(journalPath())).toBe(false);
  });

  it('when the agent closes the guard', async () => {
    const { guard } = await holding();
    guard.end();
    const endedAt = performance.now();
    expect(await guard.exit).toBe(0);
    expect(performance.now() - endedAt).toBeLessThan(BACK_WITHIN_MS);
    expect(limits()).toEqual(ORIGINAL);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('at %s', async (signal) => {
    const { guard } = await holding();
    guard.kill(signal);
    expect(await guard.exit).toBe(0);
    expect(limits()).toEqual(ORIGINAL);
  });

  it('when the agent is stopped, and are held again when it goes on', async () => {
    const { child } = await agent();
    child.kill('SIGSTOP');
    const stoppedAt = performance.now();
    await vi.waitFor(() => expect(limits()).toEqual(ORIGINAL), { timeout: 10_000, interval: 20 });
    expect(performance.now() - stoppedAt).toBeLessThan(3000 + BACK_WITHIN_MS);
    child.kill('SIGCONT');
    await vi.waitFor(() => expect(limits()).toEqual([150_000, 70, 150_000]), { timeout: 10_000 });
  });

  it('when the agent only falls silent, and are held again when it speaks', async () => {
    const { guard, uuids } = await holding();
    const from = guard.received.length;
    guard.fallSilent();
    await guard.message('held', ({ problem }) => problem?.includes('silent') === true, from);
    await vi.waitFor(() => expect(limits()).toEqual(ORIGINAL), { timeout: 10_000 });
    guard.send({ type: 'heartbeat' });
    guard.beat();
    await guard.message('held', (held) => held.uuid === uuids[1] && held.problem === null, from);
    expect(limits()).toEqual([120_000, 70, 120_000]);
  });

  it('stay held while the agent is there', async () => {
    const { guard } = await holding();
    guard.send({ type: 'sample', everyMs: 1000 });
    const from = guard.received.length;
    for (let n = 0; n < 5; n += 1)
      await guard.message('samples', ({ samples }) => samples.length === 2, from + n);
    expect(limits()).toEqual([120_000, 70, 120_000]);
    expect(guard.received.slice(from).filter(({ type }) => type === 'held')).toEqual([]);
  });

  it('at the next start when the guard itself is killed', async () => {
    const { guard, uuids } = await holding();
    guard.kill('SIGKILL');
    expect(await guard.exit).toBe('SIGKILL');
    expect(limits()).toEqual([120_000, 70, 120_000]);
    const next = start();
    expect((await next.message('ready')).restored).toEqual(uuids);
    expect(limits()).toEqual(ORIGINAL);
    expect(existsSync(journalPath())).toBe(false);
  });

  it('when a card refuses for a while', async () => {
    const { guard } = await holding();
    fake.fail('nvmlDeviceSetPowerManagementLimit', 999, { card: 0, times: 6 });
    guard.end();
    expect(await guard.exit).toBe(0);
    expect(limits()).toEqual(ORIGINAL);
  });

  it('by the next guard, at once, when the one before cannot put them back', async () => {
    const { guard } = await holding();
    fake.fail('nvmlDeviceSetPowerManagementLimit', 999, { card: 0 });
    guard.end();
    await vi.waitFor(() => expect(limits()).toEqual([120_000, 83, 180_000]), { timeout: 10_000 });
    const next = start();
    expect(await guard.exit).toBe(3);
    fake.fail('nvmlDeviceSetPowerManagementLimit', 0, { card: 0 });
    await next.message('devices');
    await vi.waitFor(() => expect(limits()).toEqual(ORIGINAL), { timeout: 10_000 });
  });
});

it('lets one guard at a time use a journal', async () => {
  const { guard } = await holding();
  const second = start();
  expect(await second.exit).toBe(4);
  expect(second.received).toEqual([]);
  expect(limits()).toEqual([120_000, 70, 120_000]);
  const third = start();
  await vi.waitFor(() => expect(isRunning(third.pid)).toBe(true));
  guard.end();
  await third.message('ready');
  expect(limits()).toEqual(ORIGINAL);
});
