import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JobView } from '../../../src/shared/local-api.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { nextEvent, readLocalEvents } from '../../support/event-reader.ts';

const JOB: JobView = {
  id: '01980000-0000-7000-8000-000000000001',
  attempt: 1,
  kind: 'text.generate',
  modelId: 'gata/npc-chat',
  state: 'running',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  startedAt: null,
  endedAt: null,
  tokens: 0,
  provider: null,
  runMs: null,
  energyJoules: null,
  earnedWei: null,
  error: null,
};

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api[Symbol.asyncDispose]());

async function connect() {
  const response = await api.request('GET', '/v1/events', { token: api.tokens.read });
  return { response, events: readLocalEvents(response) };
}

test('sends the status on connecting, and each kind of event when it happens', async () => {
  const { response, events } = await connect();
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect((await nextEvent(events, 'status')).data.state).toBe('ready');

  api.compute.note(JOB);
  expect((await nextEvent(events, 'job')).data).toEqual(JOB);

  api.settings.update({ appearance: { theme: 'dark' } });
  expect((await nextEvent(events, 'settings')).data.appearance.theme).toBe('dark');

  api.notices.post({ level: 'warning', code: 'test', message: 'Look.' });
  expect((await nextEvent(events, 'status')).data.notices).toMatchObject([{ code: 'test' }]);

  await api.policy.pause({ until: 'resumed' });
  expect((await nextEvent(events, 'status')).data.reasons).toMatchObject([{ code: 'user-paused' }]);
});

test('sends at most four statuses a second, and always the last one', async () => {
  const { events } = await connect();
  await nextEvent(events, 'status');
  const started = performance.now();
  let changes = 0;
  const timer = setInterval(() => api.compute.show({ tokensPerSecond: ++changes }), 2);
  let statuses = 0;
  while (performance.now() - started < 1100) {
    await nextEvent(events, 'status');
    statuses++;
  }
  clearInterval(timer);
  expect(statuses).toBeGreaterThanOrEqual(3);
  expect(statuses).toBeLessThanOrEqual(6);
  api.compute.show({ tokensPerSecond: 12_345 });
  let last = 0;
  while (last !== 12_345) last = (await nextEvent(events, 'status')).data.tokensPerSecond ?? 0;
});

test('cuts off a client that does not read, and serves the others on', async () => {
  const { events } = await connect();
  await nextEvent(events, 'status');
  const deaf = createConnection(api.server.port, '127.0.0.1');
  await once(deaf, 'connect');
  deaf.pause();
  deaf.write(
    `GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:${api.server.port}\r\nAuthorization: Bearer ${api.tokens.ui}\r\n\r\n`,
  );
  const message = 'x'.repeat(2_000);
  const gone = once(deaf, 'close');
  deaf.on('error', () => {});
  const last = 20_000;
  const reading = (async () => {
    for (;;) {
      const { data } = await nextEvent(events, 'job');
      if (data.tokens === last) return;
    }
  })();
  for (let tokens = 1; tokens <= last; tokens++) {
    api.compute.note({ ...JOB, tokens, error: { code: 'internal-error', message } });
    if (tokens % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await reading;
  deaf.resume();
  await gone;
});

test('keeps a silent connection alive with comments', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const response = await api.request('GET', '/v1/events');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^event: status\n/);
    vi.advanceTimersByTime(15_000);
    expect((await reader?.read())?.value).toMatch(/^:/);
  } finally {
    vi.useRealTimers();
  }
});

test('ends the connections when the server closes', async () => {
  const { events } = await connect();
  await nextEvent(events, 'status');
  const started = performance.now();
  await api[Symbol.asyncDispose]();
  await expect(nextEvent(events, 'status')).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(1000);
  api = await startTestApi();
});
