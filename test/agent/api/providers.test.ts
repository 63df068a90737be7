import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providersPageSchema } from '../../../src/shared/providers-page.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { LibraryServer } from '../../support/library-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testLibrary } from '../../support/test-library.ts';

const ID = 'cuda-linux-x64';
const PATIENCE_MS = 15_000;

let opened: AsyncDisposableStack;
let server: LibraryServer;
let api: TestApi;
let given: ReturnType<typeof testLibrary>;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  server = opened.use(await LibraryServer.start());
  given = testLibrary(server.url);
  for (const [name, bytes] of given.files) server.files.set(name, bytes);
  api = opened.use(await startTestApi({ libraries: [given.library] }));
});
afterEach(() => opened.disposeAsync());

const call = (method: string, route: string, body?: unknown, token = api.tokens.ui) =>
  fetch(`${api.url}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function cuda() {
  const page = providersPageSchema.parse(await (await call('GET', '/v1/providers')).json());
  return page.providers.find(({ provider }) => provider === 'cuda');
}

describe('the providers of the local API', () => {
  it('are downloaded with their licence accepted, shown and removed', async () => {
    expect((await cuda())?.library).toMatchObject({
      id: ID,
      state: 'not-installed',
      licence: { name: 'Test licence' },
    });
    const route = `/v1/providers/libraries/${ID}/download`;
    expect((await call('POST', route, { version: '1.0.0' })).status).toBe(400);
    expect((await call('POST', route, { version: '1.0.0', acceptLicence: true })).status).toBe(200);
    await expect.poll(async () => (await cuda())?.library?.state, { timeout: PATIENCE_MS }).toBe('installed');
    expect((await call('DELETE', `/v1/providers/libraries/${ID}`)).status).toBe(204);
    expect((await cuda())?.library?.state).toBe('not-installed');
    expect((await call('POST', `/v1/providers/libraries/${ID}/cancel`)).status).toBe(404);
  });

  it('are imported from a folder', async () => {
    const folder = path.join(opened.use(temporaryFolder()).path, 'stick');
    mkdirSync(folder);
    for (const [name, bytes] of given.files) writeFileSync(path.join(folder, name), bytes);
    const response = await call('POST', '/v1/providers/libraries/import', { folder, acceptLicencesOf: [ID] });
    expect(await response.json()).toMatchObject({ id: ID, state: 'installed' });
  });

  it('are changed by the user only, and known by their ids', async () => {
    const route = `/v1/providers/libraries/${ID}`;
    expect((await call('GET', '/v1/providers', undefined, api.tokens.read)).status).toBe(200);
    expect((await call('DELETE', route, undefined, api.tokens.read)).status).toBe(403);
    expect((await call('DELETE', '/v1/providers/libraries/..%2Fcuda')).status).toBe(400);
    const missing = await call('POST', '/v1/providers/libraries/none/download', {
      version: '1.0.0',
      acceptLicence: true,
    });
    expect(await missing.json()).toMatchObject({ error: { code: 'not-found' } });
    expect((await call('POST', '/v1/providers/refresh')).status).toBe(200);
  });
});
