import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorBodySchema } from '../../../src/shared/error-codes.ts';
import { statusSchema } from '../../../src/shared/local-api.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { gameView } from '../../support/game-view.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api[Symbol.asyncDispose]());

async function errorCode(response: Response): Promise<string> {
  return errorBodySchema.parse(await response.json()).error.code;
}

describe('health and documents', () => {
  test('answers health without a token', async () => {
    const response = await api.request('GET', '/v1/health', { token: null });
    expect(await response.json()).toEqual({ status: 'ok', version: '0.0.0-test' });
  });

  test('describes every route in an OpenAPI document', async () => {
    const response = await api.request('GET', '/v1/openapi.json', { token: null });
    const document = await response.json();
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\./) });
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/catalogue/refresh',
      '/v1/energy',
      '/v1/events',
      '/v1/games',
      '/v1/games/choices',
      '/v1/games/rescan',
      '/v1/governance',
      '/v1/gpu-helper',
      '/v1/gpus',
      '/v1/gpus/{uuid}/history',
      '/v1/health',
      '/v1/jobs',
      '/v1/jobs/{id}',
      '/v1/launchers',
      '/v1/launchers/{name}',
      '/v1/logs',
      '/v1/models',
      '/v1/models/{digest}',
      '/v1/models/{digest}/permission',
      '/v1/notices/{id}',
      '/v1/pause',
      '/v1/pause-leases',
      '/v1/pause-leases/{id}',
      '/v1/providers',
      '/v1/providers/libraries/import',
      '/v1/providers/libraries/{id}',
      '/v1/providers/libraries/{id}/cancel',
      '/v1/providers/libraries/{id}/download',
      '/v1/providers/refresh',
      '/v1/quarantine/{digest}',
      '/v1/resume',
      '/v1/settings',
      '/v1/shutdown',
      '/v1/status',
      '/v1/wallet',
      '/v1/wallet/change-password',
      '/v1/wallet/confirm-words',
      '/v1/wallet/create',
      '/v1/wallet/forget',
      '/v1/wallet/import',
      '/v1/wallet/key',
      '/v1/wallet/keystore',
      '/v1/wallet/ledger',
      '/v1/wallet/lock',
      '/v1/wallet/operations',
      '/v1/wallet/operations/{id}/cancel',
      '/v1/wallet/operations/{id}/signed',
      '/v1/wallet/overview',
      '/v1/wallet/payout-address',
      '/v1/wallet/plans',
      '/v1/wallet/receipts',
      '/v1/wallet/receipts/compare',
      '/v1/wallet/receipts/trust-key',
      '/v1/wallet/unlock',
    ]);
    const put = document.paths['/v1/pause-leases/{id}'].put;
    expect(put.requestBody.content['application/json'].schema.required).toEqual(['reason', 'ttlSeconds']);
    expect(put.security).toEqual([{ token: [] }]);
    expect(document.paths['/v1/health'].get.security).toBeUndefined();
  });
});

describe('tokens', () => {
  test('refuses a missing and a wrong token', async () => {
    for (const token of [null, 'x', `${api.tokens.ui}x`]) {
      const response = await api.request('GET', '/v1/status', { token });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await errorCode(response)).toBe('unauthorized');
    }
  });

  test('lets each scope do what it may and no more', async () => {
    const lease = { body: { reason: 'Starting a game', ttlSeconds: 60 } };
    const statusOf = async (token: string, method: string, path: string, body?: { body: unknown }) =>
      (await api.request(method, path, { token, ...body })).status;
    const { ui, launcher, read } = api.tokens;
    expect(await statusOf(read, 'GET', '/v1/status')).toBe(200);
    expect(await statusOf(read, 'PUT', '/v1/pause-leases/a', lease)).toBe(403);
    expect(await statusOf(read, 'POST', '/v1/resume')).toBe(403);
    expect(await statusOf(launcher, 'GET', '/v1/status')).toBe(200);
    expect(await statusOf(launcher, 'PUT', '/v1/pause-leases/a', lease)).toBe(200);
    expect(await statusOf(launcher, 'POST', '/v1/resume')).toBe(403);
    expect(await statusOf(launcher, 'PATCH', '/v1/settings', { body: {} })).toBe(403);
    expect(await statusOf(ui, 'PUT', '/v1/pause-leases/b', lease)).toBe(200);
    expect(await statusOf(ui, 'POST', '/v1/resume')).toBe(200);
  });

  test('says which token an under-scoped caller needs', async () => {
    const response = await api.request('POST', '/v1/shutdown', { token: api.tokens.launcher });
    expect(response.status).toBe(403);
    expect(await errorCode(response)).toBe('forbidden');
    expect(api.shutdowns).toBe(0);
  });
});

describe('web pages', () => {
  function raw(
    headers: Record<string, string>,
    method = 'GET',
  ): Promise<{ status: number; headers: unknown; body: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          port: api.server.port,
          host: '127.0.0.1',
          path: '/v1/status',
          method,
          headers: { authorization: `Bearer ${api.tokens.ui}`, ...headers },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      request.on('error', reject);
      request.end();
    });
  }

  test('refuses a host name that was rebound to loopback', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${api.server.port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      '[::1]',
    ]) {
      const response = await raw({ host });
      expect(response.status).toBe(403);
      expect(JSON.parse(response.body).error.code).toBe('unknown-host');
    }
    expect((await raw({ host: `localhost:${api.server.port}` })).status).toBe(200);
  });

  test('refuses foreign origins, also with a valid token', async () => {
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:1`, 'app://other']) {
      const response = await raw({ origin });
      expect(response.status).toBe(403);
      expect(JSON.parse(response.body).error.code).toBe('foreign-origin');
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('answers its own origin, and the desktop window with the headers it needs', async () => {
    expect((await raw({ origin: api.url })).status).toBe(200);
    const response = await raw({ origin: 'app://gata' });
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({ 'access-control-allow-origin': 'app://gata' });
    const preflight = await raw({ origin: 'app://gata', 'access-control-request-method': 'PUT' }, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'app://gata',
      'access-control-allow-headers': 'authorization, content-type',
    });
    expect((await raw({ origin: 'https://evil.example' }, 'OPTIONS')).status).toBe(403);
  });
});

describe('bad requests', () => {
  const send = (body: string, contentType = 'application/json') =>
    fetch(`${api.url}/v1/pause`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.tokens.ui}`, 'content-type': contentType },
      body,
    });

  test('names malformed JSON, other media types and bodies that are too large', async () => {
    const malformed = await send('{"minutes":');
    expect(malformed.status).toBe(400);
    expect(await errorCode(malformed)).toBe('malformed-json');
    expect(await errorCode(await send(''))).toBe('malformed-json');
    expect(await errorCode(await send('minutes=3', 'text/xml'))).toBe('invalid-request');
    const large = await send(JSON.stringify({ until: 'x'.repeat(2_000_000) }));
    expect(large.status).toBe(413);
    expect(await errorCode(large)).toBe('payload-too-large');
  });

  test('answers an address that cannot be decoded in the same form', async () => {
    const response = await api.request('GET', '/v1/jobs/%zz');
    expect(response.status).toBe(400);
    expect(await errorCode(response)).toBe('invalid-request');
  });

  test('names the field at fault', async () => {
    const response = await api.request('PUT', '/v1/pause-leases/a', {
      body: { reason: 'Starting', ttlSeconds: -1 },
    });
    expect(response.status).toBe(400);
    expect(errorBodySchema.parse(await response.json()).error).toMatchObject({
      code: 'invalid-request',
      param: 'ttlSeconds',
    });
  });

  test('answers unknown routes, jobs, leases, notices and models with not-found', async () => {
    const uuid = '01980000-0000-7000-8000-000000000000';
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['POST', '/v1/status'],
      ['GET', `/v1/jobs/${uuid}`],
      ['DELETE', '/v1/pause-leases/none'],
      ['DELETE', '/v1/notices/none'],
      ['DELETE', `/v1/models/${'0'.repeat(64)}`],
    ] as const) {
      const response = await api.request(method, path);
      expect([method, path, response.status]).toEqual([method, path, 404]);
      expect(await errorCode(response)).toBe('not-found');
    }
  });
});

describe('status', () => {
  test('shows what the parts know', async () => {
    const read = async () => statusSchema.parse(await (await api.request('GET', '/v1/status')).json());
    expect(await read()).toMatchObject({ state: 'ready', reasons: [], network: { embedded: true } });
    api.games.set([gameView('Hades II', { since: new Date().toISOString() })]);
    expect(await read()).toMatchObject({
      state: 'paused',
      reasons: [{ code: 'game-running', message: 'Hades II is running' }],
      games: [{ name: 'Hades II' }],
    });
  });
});

describe('the port', () => {
  test('is refused clearly when asked for and taken, and replaced by a free one when not', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startTestApi({ port })).rejects.toMatchObject({ code: 'port-in-use' });
    taken.close();
  });
});

describe('the dashboard', () => {
  test('is served with a strict content security policy and without a token', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'index.html'), '<!doctype html><title>Gata</title>');
    mkdirSync(join(folder.path, 'assets'));
    writeFileSync(join(folder.path, 'assets/app.js'), 'export {};');
    await using other = await startTestApi({ dashboardFolder: folder.path });
    const page = await other.request('GET', '/', { token: null });
    expect(await page.text()).toContain('<title>Gata</title>');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('upgrade-insecure-requests');
    const script = await other.request('GET', '/assets/app.js', { token: null });
    expect(script.headers.get('content-type')).toContain('javascript');
    for (const path of ['/missing.js', '/..%2f..%2fetc%2fpasswd', '/%00', '/%zz']) {
      const response = await other.request('GET', path, { token: null });
      expect([path, response.status]).toEqual([path, expect.toBeOneOf([400, 403, 404])]);
    }
  });

  test('says how to build it when it is not built', async () => {
    const response = await api.request('GET', '/', { token: null });
    expect(response.status).toBe(404);
    expect(errorBodySchema.parse(await response.json()).error.message).toContain('npm run build');
  });
});
