import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusSchema } from '../../../src/shared/local-api.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';

describe('models in quarantine', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test('are part of the status, and only the user may try one again', async () => {
    const digest = 'a'.repeat(64);
    const at = '2026-11-20T10:00:00.000Z';
    const faults = [{ at, kind: 'crash' as const, detail: 'It died.' }];
    api.compute.show({ quarantinedModels: [{ digest, modelId: 'bad', at, faults }] });
    const status = async () => statusSchema.parse(await (await api.request('GET', '/v1/status')).json());
    expect((await status()).quarantinedModels).toMatchObject([{ modelId: 'bad', faults }]);

    const path = `/v1/quarantine/${digest}`;
    const { read, launcher } = api.tokens;
    for (const token of [read, launcher]) {
      expect((await api.request('DELETE', path, { token })).status).toBe(403);
    }
    expect((await api.request('DELETE', path)).status).toBe(204);
    expect((await status()).quarantinedModels).toEqual([]);
    expect((await api.request('DELETE', path)).status).toBe(404);
    expect((await api.request('DELETE', '/v1/quarantine/abc')).status).toBe(400);
  });
});
