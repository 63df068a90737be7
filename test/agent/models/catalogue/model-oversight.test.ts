import { existsSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleSource } from '../../../../src/agent/models/bundle-source.ts';
import { AllowedModels } from '../../../../src/agent/models/catalogue/allowed-models.ts';
import { ModelOversight } from '../../../../src/agent/models/catalogue/model-oversight.ts';
import { TrustedCatalogue } from '../../../../src/agent/models/catalogue/trusted-catalogue.ts';
import { FolderSource } from '../../../../src/agent/models/folder-source.ts';
import { ModelCache } from '../../../../src/agent/models/model-cache.ts';
import { NoticeBoard } from '../../../../src/agent/notice-board.ts';
import { ANY_BUNDLE } from '../../../support/any-bundle.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TestCatalogue, type TestModel } from '../../../support/test-catalogue.ts';

const never = new AbortController().signal;
const logger = pino({ level: 'silent' });

let opened: AsyncDisposableStack;
let folder: string;
let network: TestCatalogue;
let cache: ModelCache;
let oversight: ModelOversight;
let notices: NoticeBoard;
let dropped: string[];
let small: TestModel;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  folder = opened.use(temporaryFolder()).path;
  network = new TestCatalogue(path.join(folder, 'network'));
  const root = await network.office.init();
  small = await network.model('small');
  dropped = [];
  const { clock } = network;
  const catalogue = await TrustedCatalogue.open({
    folder: path.join(folder, 'agent'),
    roots: [root],
    source: network,
    allowed: new AllowedModels(folder, clock, logger),
    admissionVersion: 1,
    clock,
    logger,
  });
  cache = opened.use(
    await ModelCache.open({
      folder: path.join(folder, 'models'),
      quotaBytes: () => 1_000_000,
      gate: catalogue,
      inspector: ANY_BUNDLE,
      clock,
      logger,
    }),
  );
  notices = new NoticeBoard(clock);
  const dropModel = (digest: string) => void dropped.push(digest);
  oversight = opened.use(new ModelOversight({ catalogue, models: cache, dropModel, notices, logger }));
});
afterEach(() => opened.disposeAsync());

/** A gateway that offers the model. */
async function gatewayOf(model: TestModel): Promise<BundleSource> {
  const source = await FolderSource.open(model.folder);
  await source.describe(never);
  return {
    manifest: async () => model.manifest,
    open: (...args) => source.open(...args),
    unreachable: (cause) => source.unreachable(cause),
  };
}
const bundleOf = ({ digest }: TestModel) => path.join(folder, 'models/bundles', digest);
const viewOf = ({ digest }: TestModel) => cache.list().find((model) => model.digest === digest);

describe('a model of the network', () => {
  it('is not fetched when nobody vouches for it, and the refusal is shown', async () => {
    await expect(cache.ensure(small.digest, await gatewayOf(small), never)).rejects.toMatchObject({
      code: 'model-not-admitted',
    });
    expect(existsSync(bundleOf(small))).toBe(false);
    expect(viewOf(small)).toMatchObject({ state: 'failed', error: { code: 'model-not-admitted' } });
    expect(cache.digests()).toEqual([]);
  });

  it('is stopped and removed once it is revoked, when its last user has let go', async () => {
    await network.office.sign([small.folder]);
    const lease = await cache.ensure(small.digest, await gatewayOf(small), never);
    expect(cache.digests()).toEqual([small.digest]);
    await network.office.revokeModel(small.digest, 'It harms.');
    expect(await oversight.refresh()).toMatchObject({ revocationsSequence: 2, problem: null });
    expect(dropped).toEqual([small.digest]);
    expect(cache.digests()).toEqual([]);
    expect(notices.list()).toMatchObject([
      { code: 'model-revoked', message: expect.stringContaining('It harms.') },
    ]);
    // Its worker is being killed, and still reads the files.
    expect(existsSync(bundleOf(small))).toBe(true);
    lease[Symbol.dispose]();
    await expect.poll(() => existsSync(bundleOf(small))).toBe(false);
    await expect
      .poll(() => viewOf(small))
      .toMatchObject({
        state: 'failed',
        error: { code: 'model-not-admitted', message: expect.stringContaining('It harms.') },
      });
    await expect(cache.ensure(small.digest, await gatewayOf(small), never)).rejects.toMatchObject({
      code: 'model-not-admitted',
    });
  });

  it('is stopped but kept while the key that vouched for it is revoked', async () => {
    await network.office.sign([small.folder]);
    (await cache.ensure(small.digest, await gatewayOf(small), never))[Symbol.dispose]();
    await network.office.revokeKey(viewOf(small)?.trust?.keyId ?? '', 'It was stolen.');
    await oversight.refresh();
    expect(dropped).toEqual([small.digest]);
    expect(viewOf(small)).toMatchObject({ state: 'ready', trust: { state: 'refused' } });
    expect(cache.digests()).toEqual([]);
    await network.office.sign([small.folder]);
    (await cache.ensure(small.digest, await gatewayOf(small), never))[Symbol.dispose]();
    expect(cache.digests()).toEqual([small.digest]);
  });

  it('cannot be allowed by hand', async () => {
    await network.office.sign([small.folder]);
    (await cache.ensure(small.digest, await gatewayOf(small), never))[Symbol.dispose]();
    expect(() => oversight.allow(small.digest)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});

describe("a user's own model", () => {
  it('is not advertised until the user allows it, nor after that is taken back', async () => {
    expect(await cache.add(small.folder)).toMatchObject({ state: 'ready', trust: { state: 'unasked' } });
    expect(cache.digests()).toEqual([]);
    expect(oversight.allow(small.digest).trust).toMatchObject({ state: 'allowed' });
    expect(cache.digests()).toEqual([small.digest]);
    (await cache.ensure(small.digest, await gatewayOf(small), never))[Symbol.dispose]();
    expect(oversight.disallow(small.digest).trust).toMatchObject({ state: 'unasked' });
    expect(dropped).toEqual([small.digest]);
    await expect(cache.ensure(small.digest, await gatewayOf(small), never)).rejects.toMatchObject({
      code: 'model-not-admitted',
    });
  });

  it('stays on the disk when it is revoked, and can no longer be allowed', async () => {
    await cache.add(small.folder);
    oversight.allow(small.digest);
    await network.office.revokeModel(small.digest, 'It harms.');
    await oversight.refresh();
    expect(dropped).toEqual([small.digest]);
    expect(viewOf(small)).toMatchObject({ state: 'ready', trust: { state: 'revoked' } });
    expect(() => oversight.allow(small.digest)).toThrow(
      expect.objectContaining({ code: 'model-not-admitted', message: expect.stringContaining('It harms.') }),
    );
  });

  it('has to be there to be allowed', () => {
    expect(() => oversight.allow(small.digest)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

it('says once that the revocations are stale, and takes that back', async () => {
  await oversight.refresh();
  network.clock.pass(20);
  await cache.add(small.folder);
  oversight.allow(small.digest);
  expect(notices.list()).toMatchObject([{ code: 'catalogue-stale' }]);
  await network.office.refresh();
  await oversight.refresh();
  expect(notices.list()).toEqual([]);
});
