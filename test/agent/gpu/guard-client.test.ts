import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GuardClient } from '../../../src/agent/gpu/guard-client.ts';
import type { FromGuard } from '../../../src/shared/gpu-guard-protocol.ts';
import { TEST_GPU_UUID } from '../../support/gpu-samples.ts';

const SCRIPT = join(import.meta.dirname, '../../support/scripted-guard.ts');
const LIMITS = { powerLimitMilliwatts: 150_000, acousticThresholdC: null };

describe('the client of the GPU guard', () => {
  let client: GuardClient;
  afterEach(() => client[Symbol.asyncDispose]());

  function start(behaviour: string): FromGuard[] {
    client = new GuardClient({ args: [SCRIPT, behaviour], logger: pino({ enabled: false }) });
    const messages: FromGuard[] = [];
    client.on('message', (message) => messages.push(message));
    client.start();
    return messages;
  }

  const ofType = (messages: readonly FromGuard[], type: FromGuard['type']) =>
    messages.filter((message) => message.type === type);

  test('replaces a guard that was killed at once, and asks the new one for the same limits', async () => {
    const messages = start('healthy');
    await vi.waitFor(() => expect(ofType(messages, 'ready')).toHaveLength(1), 5000);
    client.hold(TEST_GPU_UUID, LIMITS);
    await vi.waitFor(() => expect(ofType(messages, 'held')).toHaveLength(1), 5000);
    const first = client.pid;
    const down = once(client, 'down');
    if (first !== undefined) process.kill(first, 'SIGKILL');
    await down;
    await vi.waitFor(() => expect(ofType(messages, 'held')).toHaveLength(2), 5000);
    expect(ofType(messages, 'held').at(-1)).toMatchObject({ limits: { powerLimitMilliwatts: client.pid } });
    expect(client.pid).not.toBe(first);
  });

  test('asks for the same limits only once, and says that it lives while it holds some', async () => {
    const messages = start('healthy');
    await vi.waitFor(() => expect(ofType(messages, 'ready')).toHaveLength(1), 5000);
    client.hold(TEST_GPU_UUID, LIMITS);
    client.hold(TEST_GPU_UUID, { ...LIMITS });
    // The scripted guard answers heartbeats with empty samples.
    await vi.waitFor(() => expect(ofType(messages, 'samples').length).toBeGreaterThan(0), 5000);
    expect(ofType(messages, 'held')).toHaveLength(1);
    client.release();
    await vi.waitFor(() => expect(ofType(messages, 'released')).toHaveLength(1), 5000);
  });

  test('kills a guard that sends what cannot be read, and starts another', async () => {
    start('garbage');
    const first = client.pid;
    await once(client, 'down');
    await vi.waitFor(() => expect(client.pid).toSatisfy((pid) => pid !== undefined && pid !== first), 5000);
  });

  test('leaves it at that where there is no driver', async () => {
    const messages = start('absent');
    let downs = 0;
    client.on('down', () => {
      downs += 1;
    });
    await vi.waitFor(() => expect(ofType(messages, 'absent')).toHaveLength(1), 5000);
    await vi.waitFor(() => expect(client.pid).toBeUndefined(), 5000);
    expect(downs).toBe(0);
  });

  test('ends the guard when it is closed itself', async () => {
    const messages = start('healthy');
    await vi.waitFor(() => expect(ofType(messages, 'ready')).toHaveLength(1), 5000);
    const { pid } = client;
    await client[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(() => process.kill(pid ?? 0, 0)).toThrow(), 5000);
  });
});
