import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOfResponse } from '../../../src/agent/downloads/file-source.ts';
import type { BundleSource } from '../../../src/agent/models/bundle-source.ts';
import { ModelCache, type ModelCacheOptions } from '../../../src/agent/models/model-cache.ts';
import { modelDigest } from '../../../src/agent/models/model-digest.ts';
import { GataError } from '../../../src/shared/gata-error.ts';
import type { ModelView } from '../../../src/shared/local-api.ts';
import type { ModelManifest } from '../../../src/shared/model-manifest.ts';
import { ANY_BUNDLE } from '../../support/any-bundle.ts';
import { ANY_MODEL } from '../../support/any-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const never = () => new AbortController().signal;
const MEGABYTE = 1_000_000;

/** A model host on loopback that can be told to misbehave. */
class ModelHost implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, ModelManifest>();
  readonly requests: { path: string; range: string | undefined }[] = [];
  /** Answers the next request for bytes in place of the host. */
  misbehaviour: ((bytes: Buffer, response: ServerResponse) => void) | undefined;
  /** Called before every answer with bytes. */
  hold: Promise<void> = Promise.resolve();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  /** Offers a model whose files have these bytes. */
  offer(id: string, files: Record<string, Buffer>): { digest: string; manifest: ModelManifest } {
    const manifest: ModelManifest = {
      schemaVersion: 1,
      id,
      name: id,
      version: '1.0.0',
      description: '',
      licence: 'MIT',
      demo: false,
      tasks: ['onnx.run'],
      files: Object.entries(files).map(([path, bytes]) => ({
        path,
        bytes: bytes.byteLength,
        sha256: sha256(bytes),
      })),
    };
    for (const bytes of Object.values(files)) this.blobs.set(sha256(bytes), bytes);
    const digest = modelDigest(manifest);
    this.manifests.set(digest, manifest);
    return { digest, manifest };
  }

  get source(): BundleSource {
    return {
      manifest: async (digest) => {
        const manifest = this.manifests.get(digest);
        if (manifest === undefined) throw new GataError('unknown-model', 'No such model.');
        return manifest;
      },
      open: async (file, offset, signal) => {
        const headers = new Headers(offset > 0 ? { range: `bytes=${offset}-` } : {});
        const response = await fetch(`${this.url}/${file.sha256}`, { headers, signal });
        return bytesOfResponse(response, offset);
      },
      unreachable: (cause) => new GataError('gateway-unreachable', 'The host is away.', { cause }),
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ path: request.url ?? '', range: request.headers.range });
    const bytes = this.blobs.get((request.url ?? '').slice(1));
    await this.hold;
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = bytes.subarray(offset);
    const { misbehaviour } = this;
    this.misbehaviour = undefined;
    if (misbehaviour !== undefined) misbehaviour(rest, response);
    else response.writeHead(offset > 0 ? 206 : 200, { 'content-length': rest.byteLength }).end(rest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

describe('the model cache', () => {
  let stack: AsyncDisposableStack;
  let host: ModelHost;
  let folder: string;
  let nowMs: number;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const root = stack.use(temporaryFolder());
    folder = join(root.path, 'models');
    host = stack.use(new ModelHost());
    await host.listen();
    nowMs = Date.parse('2026-11-20T12:00:00Z');
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  const open = async (options: Partial<ModelCacheOptions> = {}) =>
    stack.use(
      await ModelCache.open({
        folder,
        quotaBytes: () => 100 * MEGABYTE,
        gate: ANY_MODEL,
        inspector: ANY_BUNDLE,
        clock: { now: () => new Date(nowMs++) },
        logger: pino({ level: 'silent' }),
        ...options,
      }),
    );
  const blobPath = (bytes: Buffer) => join(folder, 'blobs', sha256(bytes));

  it('fetches a bundle, verified and read-only, and keeps it over restarts', async () => {
    const weights = randomBytes(3 * MEGABYTE);
    const { digest, manifest } = host.offer('big', {
      'config.json': Buffer.from('{}'),
      'onnx/model.onnx': weights,
    });
    const cache = await open();
    const views: ModelView[] = [];
    cache.on('model', (view) => views.push(view));
    using lease = await cache.ensure(digest, host.source, never());
    expect(lease.manifest).toEqual(manifest);
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
    expect((await stat(join(lease.folder, 'onnx/model.onnx'))).mode & 0o222).toBe(0);
    expect(views[0]).toMatchObject({ state: 'downloading', downloadedBytes: 0, bytes: 3 * MEGABYTE + 2 });
    expect(views.at(-1)).toMatchObject({ state: 'ready', digest });
    await cache[Symbol.asyncDispose]();

    const asked = host.requests.length;
    const again = await open();
    expect(again.list()).toMatchObject([{ digest, state: 'ready', origin: 'network' }]);
    using _same = await again.ensure(digest, host.source, never());
    expect(host.requests).toHaveLength(asked);
  });

  it('continues a cut download where it stopped, within a run', async () => {
    const weights = randomBytes(2 * MEGABYTE);
    const { digest } = host.offer('cut', { 'onnx/model.onnx': weights });
    host.misbehaviour = (bytes, response) => {
      response.writeHead(200, { 'content-length': bytes.byteLength });
      response.write(bytes.subarray(0, MEGABYTE), () => setTimeout(() => response.destroy(), 50));
    };
    const cache = await open();
    using lease = await cache.ensure(digest, host.source, never());
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
    expect(host.requests.map((request) => request.range !== undefined)).toEqual([false, true]);
  });

  it('continues a download that an earlier run of the agent began', async () => {
    const weights = randomBytes(MEGABYTE);
    const { digest } = host.offer('resumed', { 'onnx/model.onnx': weights });
    await mkdir(dirname(blobPath(weights)), { recursive: true });
    await writeFile(`${blobPath(weights)}.partial`, weights.subarray(0, 400_000));
    const cache = await open();
    using lease = await cache.ensure(digest, host.source, never());
    expect(host.requests).toEqual([{ path: `/${sha256(weights)}`, range: 'bytes=400000-' }]);
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
  });

  it('starts over when the host knows no ranges', async () => {
    const weights = randomBytes(MEGABYTE);
    const { digest } = host.offer('rangeless', { 'onnx/model.onnx': weights });
    await mkdir(dirname(blobPath(weights)), { recursive: true });
    await writeFile(`${blobPath(weights)}.partial`, weights.subarray(0, 400_000));
    host.misbehaviour = (_rest, response) => response.writeHead(200).end(weights);
    const cache = await open();
    using lease = await cache.ensure(digest, host.source, never());
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['one wrong byte', (bytes) => Buffer.concat([Buffer.from([bytes.readUInt8(0) ^ 1]), bytes.subarray(1)])],
    ['too many bytes', (bytes) => Buffer.concat([bytes, Buffer.from('more')])],
  ])('throws away %s and fetches once more', async (_what, corrupted) => {
    const weights = randomBytes(300_000);
    const { digest } = host.offer('wrong', { 'onnx/model.onnx': weights });
    host.misbehaviour = (bytes, response) => response.writeHead(200).end(corrupted(bytes));
    const cache = await open();
    using lease = await cache.ensure(digest, host.source, never());
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
    expect(host.requests).toHaveLength(2);
  });

  it('reports a source whose bytes stay wrong as corrupt, and leaves nothing of it', async () => {
    const weights = randomBytes(300_000);
    const { digest } = host.offer('always-wrong', { 'onnx/model.onnx': weights });
    host.blobs.set(sha256(weights), randomBytes(300_000));
    const cache = await open();
    await expect(cache.ensure(digest, host.source, never())).rejects.toMatchObject({
      code: 'corrupt-bundle',
    });
    expect(cache.list()).toMatchObject([{ digest, state: 'failed', error: { code: 'corrupt-bundle' } }]);
    expect(await readdir(join(folder, 'blobs'))).toEqual([]);
    expect(await readdir(join(folder, 'bundles'))).toEqual([]);
  });

  it('refuses a manifest that is not the one of the digest', async () => {
    const real = host.offer('real', { 'onnx/model.onnx': randomBytes(10) });
    const other = host.offer('other', { 'onnx/model.onnx': randomBytes(10) });
    host.manifests.set(real.digest, other.manifest);
    const cache = await open();
    await expect(cache.ensure(real.digest, host.source, never())).rejects.toMatchObject({
      code: 'corrupt-bundle',
    });
  });

  it.each<[string, (path: string) => Promise<void>]>([
    [
      'has a changed byte',
      async (path) => {
        const bytes = await readFile(path);
        bytes.writeUInt8(bytes.readUInt8(1000) ^ 0x80, 1000);
        await chmod(path, 0o644);
        await writeFile(path, bytes);
      },
    ],
    [
      'is truncated',
      async (path) => {
        await chmod(path, 0o644);
        await truncate(path, 1000);
      },
    ],
    ['is gone', (path) => rm(path)],
  ])('fetches a file again that %s on the disk', async (_what, damage) => {
    const weights = randomBytes(300_000);
    const { digest } = host.offer('damaged', {
      'onnx/model.onnx': weights,
      'config.json': Buffer.from('{}'),
    });
    const first = await open();
    const { folder: bundle, ...lease } = await first.ensure(digest, host.source, never());
    lease[Symbol.dispose]();
    await first[Symbol.asyncDispose]();
    await damage(join(bundle, 'onnx/model.onnx'));

    const asked = host.requests.length;
    const second = await open();
    using again = await second.ensure(digest, host.source, never());
    expect(weights.equals(await readFile(join(again.folder, 'onnx/model.onnx')))).toBe(true);
    expect(host.requests.slice(asked).map((request) => request.path)).toEqual([`/${sha256(weights)}`]);
  });

  it('downloads once for two that want the same model at once', async () => {
    const { digest } = host.offer('shared', { 'onnx/model.onnx': randomBytes(MEGABYTE) });
    const cache = await open();
    const both = await Promise.all([
      cache.ensure(digest, host.source, never()),
      cache.ensure(digest, host.source, never()),
    ]);
    expect(both[0].folder).toBe(both[1].folder);
    expect(host.requests).toHaveLength(1);
  });

  it('goes on for the one that still wants a model when another gives up, and stops when nobody does', async () => {
    const weights = randomBytes(MEGABYTE);
    const { digest } = host.offer('wanted', { 'onnx/model.onnx': weights });
    const held = Promise.withResolvers<void>();
    host.hold = held.promise;
    const cache = await open();
    const one = new AbortController();
    const two = new AbortController();
    const first = cache.ensure(digest, host.source, one.signal);
    const second = cache.ensure(digest, host.source, two.signal);
    one.abort(new GataError('cancelled', 'no longer'));
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    two.abort(new GataError('cancelled', 'no longer'));
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    held.resolve();
    using lease = await cache.ensure(digest, host.source, never());
    expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
  });

  it('evicts what was used longest ago, but neither what is in use nor what the user added', async () => {
    const offers = ['a', 'b', 'c', 'd'].map((id) =>
      host.offer(id, { 'onnx/model.onnx': randomBytes(MEGABYTE) }),
    );
    const [a, b, c, d] = offers.map((offer) => offer.digest);
    if (a === undefined || b === undefined || c === undefined || d === undefined)
      throw new Error('four offers');
    const cache = await open({ quotaBytes: () => 3.5 * MEGABYTE });
    const own = join(folder, '..', 'own');
    await mkdir(join(own, 'onnx'), { recursive: true });
    await writeFile(join(own, 'config.json'), '{}');
    await writeFile(join(own, 'onnx/model.onnx'), randomBytes(MEGABYTE));
    const { digest: users } = await cache.add(own);
    const leaseOfA = await cache.ensure(a, host.source, never());
    (await cache.ensure(b, host.source, never()))[Symbol.dispose]();
    (await cache.ensure(c, host.source, never()))[Symbol.dispose]();
    expect(new Set(cache.digests())).toEqual(new Set([users, a, c]));
    leaseOfA[Symbol.dispose]();
    (await cache.ensure(d, host.source, never()))[Symbol.dispose]();
    expect(new Set(cache.digests())).toEqual(new Set([users, c, d]));
    expect(await readdir(join(folder, 'bundles'))).toHaveLength(3);
    // Three weights and the user's config.json.
    expect(await readdir(join(folder, 'blobs'))).toHaveLength(4);
  });

  it('refuses a model that is larger than the quota without evicting anything', async () => {
    const small = host.offer('small', { 'onnx/model.onnx': randomBytes(MEGABYTE) });
    const large = host.offer('large', { 'onnx/model.onnx': randomBytes(3 * MEGABYTE) });
    const cache = await open({ quotaBytes: () => 2 * MEGABYTE });
    (await cache.ensure(small.digest, host.source, never()))[Symbol.dispose]();
    await expect(cache.ensure(large.digest, host.source, never())).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(cache.digests()).toEqual([small.digest]);
  });

  it('removes a model by hand, but not while it is in use', async () => {
    const { digest } = host.offer('removed', { 'onnx/model.onnx': randomBytes(1000) });
    const cache = await open();
    const lease = await cache.ensure(digest, host.source, never());
    await expect(cache.remove(digest)).rejects.toMatchObject({ code: 'conflict' });
    lease[Symbol.dispose]();
    await cache.remove(digest);
    expect(cache.list()).toEqual([]);
    expect(await readdir(join(folder, 'blobs'))).toEqual([]);
    await expect(cache.remove(digest)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('rebuilds a damaged index from the bundles and never makes half a bundle visible', async () => {
    const { digest } = host.offer('kept', { 'onnx/model.onnx': randomBytes(1000) });
    const cache = await open();
    (await cache.ensure(digest, host.source, never()))[Symbol.dispose]();
    await cache[Symbol.asyncDispose]();
    await writeFile(join(folder, 'index.json'), '{"version":1,"bund');
    await mkdir(join(folder, 'bundles', `${'0'.repeat(64)}.abcdef.tmp`));
    const again = await open();
    expect(again.list()).toMatchObject([{ digest, state: 'ready', origin: 'user' }]);
    expect(await readdir(join(folder, 'bundles'))).toEqual([digest]);
    expect(existsSync(join(folder, 'index.json.damaged'))).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'says so when the disk is full, loses nothing, and goes on when there is room',
    async () => {
      const mount = join(folder, '..', 'small-disk');
      await mkdir(mount);
      execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount]);
      stack.defer(() => void execFileSync('/usr/bin/umount', ['-l', mount]));
      const small = host.offer('fits', { 'onnx/model.onnx': randomBytes(500_000) });
      const weights = randomBytes(3 * MEGABYTE);
      const large = host.offer('does-not-fit', { 'onnx/model.onnx': weights });
      const cache = await open({ folder: join(mount, 'models') });
      (await cache.ensure(small.digest, host.source, never()))[Symbol.dispose]();
      await expect(cache.ensure(large.digest, host.source, never())).rejects.toMatchObject({
        code: 'disk-full',
      });
      expect(cache.digests()).toEqual([small.digest]);
      const { size: kept } = await stat(join(mount, 'models', 'blobs', `${sha256(weights)}.partial`));
      expect(kept).toBeGreaterThan(500_000);

      execFileSync('/usr/bin/mount', ['-o', 'remount,size=8m', mount]);
      host.requests.length = 0;
      using lease = await cache.ensure(large.digest, host.source, never());
      expect(weights.equals(await readFile(join(lease.folder, 'onnx/model.onnx')))).toBe(true);
      expect(host.requests).toMatchObject([{ range: `bytes=${kept}-` }]);
    },
  );

  describe('adding models by hand', () => {
    it('takes a bundle with its manifest from a folder', async () => {
      const cache = await open();
      const view = await cache.add(resolve('assets/models/npc-chat'));
      expect(view).toMatchObject({ state: 'ready', origin: 'user', manifest: { id: 'npc-chat' } });
      using lease = await cache.ensure(view.digest, host.source, never());
      expect(existsSync(join(lease.folder, 'tokenizer.json'))).toBe(true);
    });

    it("takes Hugging Face's layout and says what the model can do", async () => {
      const own = join(folder, '..', 'My Model');
      await mkdir(own, { recursive: true });
      await writeFile(
        join(own, 'config.json'),
        JSON.stringify({ architectures: ['LlamaForCausalLM'], max_position_embeddings: 2048 }),
      );
      await writeFile(join(own, 'tokenizer.json'), '{}');
      await writeFile(join(own, 'model_fp16.onnx'), 'graph');
      await writeFile(join(own, 'model_fp16.onnx_data'), 'weights');
      await writeFile(join(own, 'README.md'), 'not needed');
      const cache = await open();
      const { manifest } = await cache.add(own);
      expect(manifest).toMatchObject({
        id: 'My-Model',
        name: 'My Model',
        tasks: ['text.generate', 'onnx.run'],
        contextTokens: 2048,
      });
      expect(manifest.files.map((file) => file.path)).toEqual([
        'config.json',
        'tokenizer.json',
        'onnx/model.onnx',
        'onnx/model_fp16.onnx_data',
      ]);
    });

    it.each([
      ['no ONNX file', { 'config.json': '{}' }, /no ONNX file/],
      ['no config', { 'onnx/model.onnx': 'graph' }, /no config\.json/],
      [
        'text but no tokenizer',
        { 'onnx/model.onnx': 'graph', 'config.json': '{"architectures":["GPT2LMHeadModel"]}' },
        /no tokenizer\.json/,
      ],
      ['a broken config', { 'onnx/model.onnx': 'graph', 'config.json': '{' }, /config\.json is not JSON/],
      ['a broken manifest', { 'gata-model.json': '{}' }, /gata-model\.json is not valid/],
    ])('refuses a folder with %s', async (_what, files, message) => {
      const own = join(folder, '..', 'own');
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(own, path)), { recursive: true });
        await writeFile(join(own, path), text);
      }
      const cache = await open();
      await expect(cache.add(own)).rejects.toThrow(message);
      await expect(cache.add(own)).rejects.toMatchObject({ code: 'invalid-request' });
      expect(cache.list()).toEqual([]);
    });

    it('refuses a folder whose files are not those of its manifest', async () => {
      const own = join(folder, '..', 'own');
      const { manifest } = host.offer('tampered', { 'onnx/model.onnx': Buffer.from('graph') });
      await mkdir(join(own, 'onnx'), { recursive: true });
      await writeFile(join(own, 'gata-model.json'), JSON.stringify(manifest));
      await writeFile(join(own, 'onnx/model.onnx'), 'grapH');
      const cache = await open();
      await expect(cache.add(own)).rejects.toMatchObject({ code: 'corrupt-bundle' });
    });

    it.each(['relative/../path', 'just-a-name', '/no/such/folder'])(
      'explains the source %j',
      async (source) => {
        const cache = await open();
        await expect(cache.add(source)).rejects.toMatchObject({ code: 'invalid-request', param: 'source' });
      },
    );

    it('says so when the model hub cannot be reached', async () => {
      const cache = await open({ huggingFaceUrl: 'http://127.0.0.1:9' });
      await expect(cache.add('owner/name')).rejects.toMatchObject({ code: 'model-source-unreachable' });
    });
  });
});
