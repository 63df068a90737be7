import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MODELS_FOLDER } from '../../scripts/start/programs.ts';
import { readModelBundle } from '../../src/gateway/nodes/model-bundle.ts';
import { type ModelView, modelsPageSchema } from '../../src/shared/local-api.ts';
import { catalogueViewSchema } from '../../src/shared/model-trust.ts';
import { BusyBuyer } from '../support/busy-buyer.ts';
import { type Loop, startLoop } from '../support/loop.ts';
import { isAlive, workersOf } from '../support/process-tree.ts';

const PATIENCE_MS = 60_000;
const PATIENCE = { timeout: PATIENCE_MS, interval: 50 };

describe.skipIf(!existsSync('/usr/bin/bwrap'))('the signed catalogue, from gateway to worker', () => {
  const cleanup = new AsyncDisposableStack();
  let loop: Loop;
  let client: OpenAI;

  beforeAll(async () => {
    loop = cleanup.use(await startLoop());
    const { url, apiKey } = loop.gateway;
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  });
  afterAll(() => cleanup.disposeAsync());

  const bundle = (name: string) => readModelBundle(path.join(MODELS_FOLDER, name));
  const folderOf = (digest: string) => path.join(loop.folder, 'models/bundles', digest);
  const modelOf = async (digest: string): Promise<ModelView | undefined> => {
    const { models } = modelsPageSchema.parse(await loop.agent.request('GET', '/v1/models'));
    return models.find((model) => model.digest === digest);
  };
  const classify = () =>
    client.post('/onnx/runs', {
      body: {
        model: 'digits',
        inputs: {
          pixel_values: {
            type: 'float32',
            shape: [1, 1, 8, 8],
            data: Buffer.alloc(64 * 4).toString('base64'),
          },
        },
      },
    });

  it('refuses a model that a gateway offers unsigned, and takes it once it is signed', async () => {
    const { digest } = await bundle('digits');
    const { office, folder } = loop.gateway.catalogue;
    rmSync(path.join(folder, 'entries', `${digest}.json`));
    await expect(classify()).rejects.toMatchObject({ code: 'model-not-admitted' });
    expect(existsSync(folderOf(digest))).toBe(false);
    expect(await modelOf(digest)).toMatchObject({
      state: 'failed',
      error: { code: 'model-not-admitted', message: expect.stringContaining('does not list it') },
    });
    expect(workersOf(loop.agent.endpoint.pid)).toEqual([]);

    await office.sign([path.join(MODELS_FOLDER, 'digits')]);
    expect(await classify()).toMatchObject({ outputs: { logits: { shape: [1, 10] } } });
    expect(await modelOf(digest)).toMatchObject({
      state: 'ready',
      trust: { state: 'signed', keyId: expect.stringMatching(/^[0-9a-f]{16}$/), detail: null },
    });
  });

  it('stops and removes a model that is revoked while it runs, and says why', async () => {
    const { digest } = await bundle('npc-chat');
    const { office } = loop.gateway.catalogue;
    await using buyer = new BusyBuyer(loop.gateway.url, loop.gateway.apiKey);
    await buyer.nextToken(PATIENCE_MS);
    const workers = workersOf(loop.agent.endpoint.pid);
    expect(workers.length).toBeGreaterThan(0);

    await office.revokeModel(digest, 'It was trained on stolen diaries.');
    const view = catalogueViewSchema.parse(await loop.agent.request('POST', '/v1/catalogue/refresh'));
    expect(view).toMatchObject({ configured: true, revocationsSequence: 2, stale: false, problem: null });
    await vi.waitFor(async () => {
      expect(existsSync(folderOf(digest))).toBe(false);
      expect(await modelOf(digest)).toMatchObject({
        state: 'failed',
        error: { code: 'model-not-admitted', message: expect.stringContaining('stolen diaries') },
      });
    }, PATIENCE);
    // The worker of the other model may stay.
    expect(workersOf(loop.agent.endpoint.pid).filter((pid) => workers.includes(pid)).length).toBeLessThan(
      workers.length,
    );
    expect(workers.filter(isAlive).length).toBeLessThan(workers.length);
    const { notices } = await loop.agent.status();
    expect(notices.map(({ code, message }) => `${code}: ${message}`).join()).toMatch(
      /model-revoked: .*stolen diaries/,
    );
    // The gateway has read the list too, and no longer offers the model.
    await vi.waitFor(async () => {
      const models = await client.models.list();
      expect(models.data.map(({ id }) => id)).toEqual(['digits']);
    }, PATIENCE);
  });
});
