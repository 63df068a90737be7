import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelCache } from '../../../src/agent/models/model-cache.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { ModelView } from '../../../src/shared/local-api.ts';
import { ANY_BUNDLE } from '../../support/any-bundle.ts';
import { ANY_MODEL } from '../../support/any-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A model hub on loopback: large files with their SHA-256, small ones without, as Hugging Face has them. */
function hub(files: Record<string, Buffer>, large: ReadonlySet<string>): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    const json = (data: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data));
    if (url.pathname === '/api/models/owner/chat') {
      json({ id: 'owner/chat', sha: COMMIT, cardData: { license: 'apache-2.0' } });
    } else if (url.pathname === `/api/models/owner/chat/tree/${COMMIT}`) {
      const entries = Object.entries(files).map(([path, bytes]) => ({
        type: 'file',
        oid: 'not a sha256',
        path,
        size: bytes.byteLength,
        ...(large.has(path) && {
          lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.byteLength },
        }),
      }));
      json([{ type: 'directory', path: 'onnx', size: 0 }, ...entries]);
    } else {
      const name = url.pathname.replace(`/owner/chat/resolve/${COMMIT}/`, '');
      const bytes = files[name];
      if (bytes === undefined) response.writeHead(401).end();
      else response.writeHead(200).end(bytes);
    }
  };
}

describe('adding a model from the Hugging Face hub', () => {
  let stack: AsyncDisposableStack;
  let root: string;
  beforeEach(() => {
    stack = new AsyncDisposableStack();
    root = stack.use(temporaryFolder()).path;
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  async function cacheWith(listener: RequestListener): Promise<ModelCache> {
    const server = createServer(listener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    stack.defer(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return stack.use(
      await ModelCache.open({
        folder: join(root, 'models'),
        quotaBytes: () => 100_000_000,
        gate: ANY_MODEL,
        inspector: ANY_BUNDLE,
        huggingFaceUrl: `http://127.0.0.1:${port}/`,
        clock: systemClock,
        logger: pino({ level: 'silent' }),
      }),
    );
  }

  const chat = {
    '.gitattributes': Buffer.from(''),
    'README.md': Buffer.from('# Chat'),
    'config.json': Buffer.from(
      JSON.stringify({ architectures: ['LlamaForCausalLM'], max_position_embeddings: 512 }),
    ),
    'tokenizer.json': Buffer.from('{"large":true}'),
    'tokenizer_config.json': Buffer.from('{"model_max_length":1e30}'),
    'onnx/model.onnx': randomBytes(200_000),
    'onnx/model_q4.onnx': randomBytes(10),
  };

  it('fetches the files that workers need, at one commit, and makes their manifest', async () => {
    const cache = await cacheWith(
      hub(chat, new Set(['tokenizer.json', 'onnx/model.onnx', 'onnx/model_q4.onnx'])),
    );
    const views: ModelView[] = [];
    cache.on('model', (view) => views.push(view));
    const view = await cache.add('owner/chat');
    expect(view).toMatchObject({
      state: 'ready',
      origin: 'user',
      manifest: {
        id: 'owner/chat',
        name: 'chat',
        licence: 'apache-2.0',
        demo: false,
        tasks: ['text.generate', 'onnx.run'],
        contextTokens: 512,
      },
    });
    expect(view.manifest.files.map((file) => file.path)).toEqual([
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/model.onnx',
    ]);
    expect(views[0]).toMatchObject({ state: 'downloading', digest: view.digest });
    const fetched = await readFile(join(root, 'models/bundles', view.digest, 'onnx/model.onnx'));
    expect(chat['onnx/model.onnx'].equals(fetched)).toBe(true);
  });

  it('explains a model that does not exist or is not public', async () => {
    const cache = await cacheWith((_request, response) => response.writeHead(401).end());
    await expect(cache.add('owner/chat')).rejects.toMatchObject({ code: 'unknown-model', param: 'source' });
  });

  it('explains a model without an ONNX file', async () => {
    const { 'onnx/model.onnx': _onnx, 'onnx/model_q4.onnx': _small, ...files } = chat;
    const cache = await cacheWith(hub(files, new Set()));
    await expect(cache.add('owner/chat')).rejects.toThrow(/no ONNX file/);
  });

  it.each<[string, RequestListener]>([
    ['answers nonsense', (_request, response) => response.writeHead(200).end('<html>')],
    ['answers another shape', (_request, response) => response.writeHead(200).end('{}')],
    ['is overloaded', (_request, response) => response.writeHead(503).end()],
  ])('says so when the hub %s', async (_what, listener) => {
    const cache = await cacheWith(listener);
    await expect(cache.add('owner/chat')).rejects.toMatchObject({ code: 'model-source-unreachable' });
  });
});
