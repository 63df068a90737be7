import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { GuardProcess } from './guard-process.ts';

/** The helper may set limits, the guard may not. */
const UNPRIVILEGED = { NVML_FAKE_UNPRIVILEGED: '1' };
const helperScript = join(import.meta.dirname, '../../../src/gpu/helper.ts');

let folder: string;
let fake: FakeDriver;
let stack: DisposableStack;

beforeEach(async () => {
  stack = new DisposableStack();
  folder = stack.use(temporaryFolder()).path;
  fake = stack.use(await FakeDriver.create());
});
afterEach(() => stack.dispose());

const helperSocket = () => join(folder, 'helper.socket');
const power = () => fake.get(0, 'powerLimitMilliwatts');

function startGuard() {
  const journalPath = join(folder, 'guard.json');
  const { libraryPath } = fake;
  return stack.use(
    new GuardProcess({ journalPath, libraryPath, helperSocket: helperSocket(), environment: UNPRIVILEGED }),
  );
}

async function startHelper(): Promise<ChildProcess> {
  const flags = [
    ...['--journal', join(folder, 'helper.json')],
    ...['--allow-uid', String(process.getuid?.() ?? 0)],
    ...['--socket', helperSocket()],
    ...['--nvml-library', fake.libraryPath],
    ...['--idle-seconds', '0'],
  ];
  const helper = spawn(process.execPath, ['--conditions=source', helperScript, ...flags], {
    stdio: 'ignore',
  });
  stack.defer(() => helper.kill('SIGKILL'));
  // Its file is there a moment before it takes connections.
  await vi.waitFor(
    async () => {
      const socket = createConnection(helperSocket());
      await once(socket, 'connect');
      socket.destroy();
    },
    { timeout: 10_000 },
  );
  return helper;
}

/** A guard that holds 150 W through the helper. */
async function holding() {
  const helper = await startHelper();
  const guard = startGuard();
  const { devices, authority } = await guard.message('devices');
  expect(authority).toBe('helper');
  const uuid = devices[0]?.uuid ?? '';
  expect(await guard.hold(uuid, 150_000, 70)).toMatchObject({
    limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 },
    problem: null,
  });
  expect(power()).toBe(150_000);
  return { helper, guard, uuid };
}

describe('GPU guard with the privileged helper', () => {
  it('finds a helper that answers only later, as on a machine that is busy starting', async () => {
    // Somebody listens and says nothing, as systemd does until the helper has started.
    const silent = createServer();
    silent.listen(helperSocket());
    await once(silent, 'listening');
    const guard = startGuard();
    expect(await guard.message('devices')).toMatchObject({ authority: 'none' });
    silent.close();
    await startHelper();
    await vi.waitFor(
      () =>
        expect(guard.received.findLast(({ type }) => type === 'devices')).toMatchObject({
          authority: 'helper',
        }),
      { timeout: 20_000 },
    );
  });

  it('holds through it without the rights to, and leaves no journal of its own', async () => {
    const { guard } = await holding();
    expect(guard.received[1]).toMatchObject({ devices: [{ canLimit: { power: true, acoustic: true } }] });
    expect(existsSync(join(folder, 'guard.json'))).toBe(false);
    guard.send({ type: 'release' });
    expect(await guard.message('released')).toMatchObject({ problem: null });
    expect(power()).toBe(200_000);
  });

  it('keeps the lease alive, and gives it back when it ends', async () => {
    const { guard } = await holding();
    const from = guard.received.length;
    guard.send({ type: 'sample', everyMs: 1000 });
    for (let n = 0; n < 7; n += 1) await guard.message('samples', undefined, from + n);
    expect(power()).toBe(150_000);
    guard.end();
    expect(await guard.exit).toBe(0);
    await vi.waitFor(() => expect(power()).toBe(200_000), { timeout: 10_000 });
  });

  it('loses it when it is killed, or the agent is silent', async () => {
    const { guard } = await holding();
    guard.fallSilent();
    await vi.waitFor(() => expect(power()).toBe(200_000), { timeout: 10_000 });
    guard.send({ type: 'heartbeat' });
    guard.beat();
    await vi.waitFor(() => expect(power()).toBe(150_000), { timeout: 10_000 });
    guard.kill('SIGKILL');
    await vi.waitFor(() => expect(power()).toBe(200_000), { timeout: 10_000 });
  });

  it('reports that the helper is gone, and holds again when it is back', async () => {
    const { guard, helper, uuid } = await holding();
    const from = guard.received.length;
    helper.kill('SIGKILL');
    await once(helper, 'exit');
    const lost = await guard.message('held', undefined, from);
    expect(lost).toMatchObject({ uuid, limits: { powerLimitMilliwatts: null }, problem: expect.any(String) });
    await startHelper();
    await guard.message('held', ({ limits }) => limits.powerLimitMilliwatts === 150_000, from);
    expect(power()).toBe(150_000);
    guard.end();
    await guard.exit;
    await vi.waitFor(() => expect(power()).toBe(200_000), { timeout: 10_000 });
  });

  it('finds a helper that was installed meanwhile when the agent says so', async () => {
    const guard = startGuard();
    const { devices, authority } = await guard.message('devices');
    expect(authority).toBe('none');
    const uuid = devices[0]?.uuid ?? '';
    expect(await guard.hold(uuid, 150_000)).toMatchObject({ problem: expect.any(String) });
    await startHelper();
    const from = guard.received.length;
    guard.send({ type: 'reconnect' });
    const found = await guard.message('devices', undefined, from);
    expect(found.authorityDetail).toBe('The privileged helper sets limits for Gata.');
    expect(found.authority).toBe('helper');
    await guard.message('held', ({ problem }) => problem === null, from);
    expect(power()).toBe(150_000);
  });

  it('keeps its hands off a limit that another program changes', async () => {
    const { guard } = await holding();
    guard.send({ type: 'sample', everyMs: 100 });
    fake.set(0, 'powerLimitMilliwatts', 180_000);
    expect(await guard.message('held', ({ foreign }) => foreign)).toMatchObject({
      limits: { powerLimitMilliwatts: null, acousticThresholdC: 70 },
    });
    guard.end();
    await guard.exit;
    await vi.waitFor(() => expect(fake.get(0, 'acousticThresholdC')).toBe(83), { timeout: 10_000 });
    expect(power()).toBe(180_000);
  });

  it.each([
    ['answers nonsense', 'not in its protocol', (socket: Socket) => socket.end('{"answer":"held"}\n')],
    [
      'says more than a line may hold',
      'not in its protocol',
      (socket: Socket) => socket.end('x'.repeat(10_000)),
    ],
    ['says nothing', 'does not answer', (socket: Socket) => socket],
    ['closes at once', 'The helper ended', (socket: Socket) => socket.destroy()],
    [
      'is of another version',
      'another version',
      (socket: Socket) =>
        socket.end(`${JSON.stringify({ answer: 'description', protocol: 99, version: '9', devices: [] })}\n`),
    ],
    [
      'does not let this user in',
      'Not you.',
      (socket: Socket) =>
        socket.end(`${JSON.stringify({ answer: 'error', code: 'not-allowed', message: 'Not you.' })}\n`),
    ],
  ])('does without a helper that %s', async (_what, why, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      answer(socket);
    });
    stack.defer(() => server.close());
    server.listen(helperSocket());
    await once(server, 'listening');
    const guard = startGuard();
    const { authority, authorityDetail } = await guard.message('devices');
    expect(authority).toBe('none');
    expect(authorityDetail).toContain('The privileged helper cannot be used: ');
    expect(authorityDetail).toContain(why);
    await guard.message('samples');
  });
});
