import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { AgentClient } from '../../src/main/agent-client.ts';
import type { LocalEvent, Status } from '../../src/shared/local-api.ts';
import { startTestApi, type TestApi } from '../support/api-server.ts';

const never = new AbortController().signal;

function clientOf(api: TestApi, token = api.tokens.ui): AgentClient {
  return new AgentClient({ baseUrl: api.url, token });
}

async function nextStatus(
  events: AsyncGenerator<LocalEvent, void>,
  isWanted: (status: Status) => boolean,
): Promise<Status> {
  for (;;) {
    const { value } = await events.next();
    if (value === undefined) throw new Error('The events ended.');
    if (value.event === 'status' && isWanted(value.data)) return value.data;
  }
}

describe('the client of the local API', () => {
  test('reads the status and the settings of an agent', async () => {
    await using api = await startTestApi();
    expect((await clientOf(api).status(never)).pid).toBe(process.pid);
    expect((await clientOf(api).settings(never)).appearance.theme).toBe('system');
  });

  test('pauses, resumes, and hears of it by events', async () => {
    await using api = await startTestApi();
    const client = clientOf(api);
    const abort = new AbortController();
    const events = client.events(abort.signal);
    await nextStatus(events, () => true);
    await client.pause({ until: 'resumed' });
    const paused = await nextStatus(events, (status) => status.state === 'paused');
    expect(paused.reasons.map((reason) => reason.code)).toContain('user-paused');
    await client.resume();
    await nextStatus(events, (status) => !status.reasons.some((reason) => reason.code === 'user-paused'));
    abort.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test("tells the user's word on a game", async () => {
    await using api = await startTestApi();
    const client = clientOf(api);
    await client.chooseForGame({ key: 'steam:1', choice: 'ignore' });
    expect(api.settings.current.games.choices).toEqual({ 'steam:1': 'ignore' });
    await client.chooseForGame({ key: 'steam:1', choice: null });
    expect(api.settings.current.games.choices).toEqual({});
  });

  test('asks the agent to shut down', async () => {
    await using api = await startTestApi();
    await clientOf(api).shutdown();
    await expect.poll(() => api.shutdowns).toBe(1);
  });

  test("gives the agent's own error for a wrong token", async () => {
    await using api = await startTestApi();
    const client = clientOf(api, 'wrong');
    await expect(client.status(never)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(client.events(never).next()).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('says that nothing answers at a closed port', async () => {
    const api = await startTestApi();
    const client = clientOf(api);
    await api[Symbol.asyncDispose]();
    await expect(client.status(never)).rejects.toMatchObject({ code: 'agent-unreachable' });
    await expect(client.events(never).next()).rejects.toMatchObject({ code: 'agent-unreachable' });
  });

  test.each([
    ['another program', 200, '<html>hello</html>'],
    ['an agent of another shape', 200, '{"state":"dancing"}'],
    ['an error that is not ours', 500, 'oops'],
  ])('does not take %s for the agent', async (_what, code, body) => {
    await using cleanup = new AsyncDisposableStack();
    const server = createServer((_request, response) => response.writeHead(code).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.defer(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client = new AgentClient({ baseUrl: `http://127.0.0.1:${address.port}`, token: 'token' });
    await expect(client.status(never)).rejects.toMatchObject({
      code: 'agent-unreachable',
      message: expect.stringContaining('was not understood'),
    });
  });
});
