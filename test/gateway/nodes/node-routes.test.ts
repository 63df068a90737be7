import { createHash, randomBytes } from 'node:crypto';
import { Wallet } from 'ethers/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOB_BYTES_LIMIT, modelCatalogueSchema } from '../../../src/shared/job-protocol.ts';
import { modelManifestSchema } from '../../../src/shared/model-manifest.ts';
import { enrol } from '../../support/scripted-node.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

let gateway: TestGateway;
let authorization: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { token } = await enrol(gateway.url, new Wallet(Wallet.createRandom().privateKey));
  authorization = `Bearer ${token}`;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function get(route: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${gateway.url}/v1/nodes${route}`, { headers: { authorization, ...headers } });
}

async function put(sha256: string, body: Buffer<ArrayBuffer>, type = 'application/octet-stream') {
  return await fetch(`${gateway.url}/v1/nodes/blobs/${sha256}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': type },
    body,
  });
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a node', () => {
  it('finds models, their manifests and their files', async () => {
    const { models } = modelCatalogueSchema.parse(await (await get('/models')).json());
    const digits = models.find(({ manifest }) => manifest.id === 'digits');
    if (digits === undefined) throw new Error('No digits.');
    const manifest = modelManifestSchema.parse(await (await get(`/models/${digits.digest}`)).json());
    expect(manifest).toEqual(digits.manifest);
    for (const file of manifest.files) {
      const bytes = new Uint8Array(await (await get(`/blobs/${file.sha256}`)).arrayBuffer());
      expect(hashOf(bytes)).toBe(file.sha256);
    }
    expect((await get(`/models/${'0'.repeat(64)}`)).status).toBe(404);
  });

  it('resumes a download with a range', async () => {
    const { models } = modelCatalogueSchema.parse(await (await get('/models')).json());
    const file = models[0]?.manifest.files[0];
    if (file === undefined) throw new Error('No file.');
    const whole = Buffer.from(await (await get(`/blobs/${file.sha256}`)).arrayBuffer());
    const rest = await get(`/blobs/${file.sha256}`, { range: 'bytes=100-' });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 100-${file.bytes - 1}/${file.bytes}`);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(whole.subarray(100));
    const beyond = await get(`/blobs/${file.sha256}`, { range: `bytes=${file.bytes}-` });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe(`bytes */${file.bytes}`);
  });

  it('uploads a blob under its hash, once or again', async () => {
    const bytes = randomBytes(300_000);
    expect((await put(hashOf(bytes), bytes)).status).toBe(204);
    expect((await put(hashOf(bytes), bytes)).status).toBe(204);
    expect(Buffer.from(await (await get(`/blobs/${hashOf(bytes)}`)).arrayBuffer())).toEqual(bytes);
    const part = await get(`/blobs/${hashOf(bytes)}`, { range: 'bytes=0-9' });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(0, 10));
  });

  it('cannot upload what is not what it says, or of another type', async () => {
    const bytes = randomBytes(10);
    const wrong = hashOf(randomBytes(10));
    expect((await put(wrong, bytes)).status).toBe(400);
    expect((await get(`/blobs/${wrong}`)).status).toBe(404);
    expect((await put(hashOf(bytes), bytes, 'application/x-thing')).status).toBe(400);
    expect((await put('..%2f..%2fetc%2fpasswd', bytes)).status).toBe(400);
  });

  it('cannot upload more than the limit', async () => {
    const bytes = Buffer.alloc(BLOB_BYTES_LIMIT + 1);
    const status = await put(hashOf(bytes), bytes).then(
      (response) => response.status,
      () => 'connection closed',
    );
    expect([413, 'connection closed']).toContain(status);
    expect((await get(`/blobs/${hashOf(bytes)}`)).status).toBe(404);
  });

  it('without a session, or with the key of a buyer, is unauthorized', async () => {
    expect((await get('/models', { authorization: '' })).status).toBe(401);
    expect((await get('/models', { authorization: `Bearer ${gateway.apiKey}` })).status).toBe(401);
    const body = await (await get('/models', { authorization: 'Bearer x.y.z' })).json();
    expect(body).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('with a malformed request is told so', async () => {
    const response = await fetch(`${gateway.url}/v1/nodes/challenges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ nodeId: 'me' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid-request', param: 'nodeId' } });
  });
});
