import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogueHttp } from '../../../src/agent/models/catalogue/catalogue-http.ts';
import { catalogueRoutes } from '../../../src/gateway/catalogue/catalogue-routes.ts';
import { WithdrawnModels } from '../../../src/gateway/catalogue/withdrawn-models.ts';
import { closeHttpServer, createHttpServer, listen } from '../../../src/gateway/http-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestCatalogue } from '../../support/test-catalogue.ts';
import { testLibrary } from '../../support/test-library.ts';

const never = new AbortController().signal;
const log = pino({ level: 'silent' });

let opened: AsyncDisposableStack;
let catalogue: TestCatalogue;
let url: string;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  catalogue = new TestCatalogue(opened.use(temporaryFolder()).path);
  const app = await createHttpServer({ version: '0.0.0', requestsPerMinute: 1000, log });
  opened.defer(() => closeHttpServer(app));
  await app.register(catalogueRoutes(catalogue.published));
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await listen(app, 0);
  const address = app.server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => opened.disposeAsync());

describe('the routes of the catalogue', () => {
  it('give each document byte for byte as it was signed', async () => {
    await catalogue.office.init();
    await catalogue.office.rotateRoot();
    await catalogue.office.rotate('providers');
    await catalogue.office.signProviderLibraries([testLibrary('https://libraries.example').library]);
    const small = await catalogue.model('small');
    await catalogue.office.sign([small.folder], { expiresDays: 30 });
    await catalogue.office.revokeModel('0'.repeat(64), 'It says "no" – \u{1F9E8}.');
    const source = new CatalogueHttp(url);
    for (const document of ['keys', 'revocations', 'entry', 'provider-libraries'] as const) {
      const text = await source.fetch(document, never, small.digest);
      expect(text).toContain('"signatures"');
      expect(text).toBe(await catalogue.published.text(document, small.digest));
    }
  });

  it('have nothing where nothing is published', async () => {
    const source = new CatalogueHttp(url);
    for (const document of ['keys', 'revocations', 'entry', 'provider-libraries'] as const) {
      expect(await source.fetch(document, never, '0'.repeat(64))).toBeUndefined();
    }
  });

  it('lead nowhere else, and give out no damaged file', async () => {
    await catalogue.office.init();
    expect((await fetch(`${url}/v1/catalogue/entries/..%2Fkeys`)).status).toBe(400);
    writeFileSync(path.join(catalogue.published.folder, 'keys.json'), '{"lists":[]}');
    expect((await fetch(`${url}/v1/catalogue/keys`)).status).toBe(500);
  });

  it('are described in the OpenAPI document', async () => {
    const { paths } = await (await fetch(`${url}/v1/openapi.json`)).json();
    expect(Object.keys(paths)).toEqual([
      '/v1/catalogue/keys',
      '/v1/catalogue/revocations',
      '/v1/catalogue/provider-libraries',
      '/v1/catalogue/entries/{digest}',
    ]);
  });
});

describe('withdrawn models', () => {
  it('are those that the published revocations name', async () => {
    await catalogue.office.init();
    const small = await catalogue.model('small');
    await catalogue.office.revokeModel(small.digest, 'It harms.');
    using withdrawn = await WithdrawnModels.open(catalogue.published, log);
    expect(withdrawn.has(small.digest)).toBe(true);
    expect(withdrawn.has('0'.repeat(64))).toBe(false);
  });
});
