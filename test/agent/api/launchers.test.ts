import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchersPageSchema, launcherTokenSchema } from '../../../src/shared/launcher.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const ask = (name: unknown, token = api.tokens.launcher) =>
  api.request('POST', '/v1/launchers', { body: { name }, token });
const ownToken = async (name: string) => launcherTokenSchema.parse(await (await ask(name)).json()).token;

describe("a launcher's own token", () => {
  test('holds pause leases, and does no more than a launcher may', async () => {
    const token = await ownToken('Soonchain');
    const lease = { reason: 'Starting a game', ttlSeconds: 60 };
    const taken = await api.request('PUT', '/v1/pause-leases/soonchain:1', { body: lease, token });
    expect(taken.status).toBe(200);
    expect(api.policy.decision.run).toBe(false);
    expect((await api.request('GET', '/v1/status', { token })).status).toBe(200);
    expect((await api.request('POST', '/v1/resume', { token })).status).toBe(403);
    expect((await api.request('DELETE', '/v1/launchers/Soonchain', { token })).status).toBe(403);
  });

  test('is listed by its name, and ends when the user says so', async () => {
    const token = await ownToken('Soonchain');
    const page = launchersPageSchema.parse(await (await api.request('GET', '/v1/launchers')).json());
    expect(page).toMatchObject({ startedBy: null, launchers: [{ name: 'Soonchain' }] });
    expect(JSON.stringify(page)).not.toContain(token);

    expect((await api.request('DELETE', '/v1/launchers/Soonchain')).status).toBe(204);
    expect((await api.request('GET', '/v1/status', { token })).status).toBe(401);
    expect((await ask('Soonchain')).status).toBe(403);
    expect((await api.request('DELETE', '/v1/launchers/Soonchain')).status).toBe(404);
  });

  test('is given to no one without a token, for reading only, or without a name', async () => {
    expect((await ask('Soonchain', 'wrong')).status).toBe(401);
    expect((await ask('Soonchain', api.tokens.read)).status).toBe(403);
    expect((await ask('a\nb')).status).toBe(400);
    expect((await ask(undefined)).status).toBe(400);
  });
});
