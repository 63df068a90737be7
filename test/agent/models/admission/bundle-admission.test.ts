import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ADMISSION_RULES_VERSION,
  type AdmissionReport,
  describeRefusal,
} from '../../../../src/agent/models/admission/admission-report.ts';
import type { BundleInspector } from '../../../../src/agent/models/admission/bundle-inspector.ts';
import { inspectBundle } from '../../../../src/agent/models/admission/inspect-bundle.ts';
import { FolderSource } from '../../../../src/agent/models/folder-source.ts';
import { ModelCache } from '../../../../src/agent/models/model-cache.ts';
import { modelDigest } from '../../../../src/agent/models/model-digest.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import type { ModelManifest } from '../../../../src/shared/model-manifest.ts';
import { HOSTILE_MODELS } from '../../../fuzz/corpus/onnx-shapes.ts';
import { around } from '../../../fuzz/corpus/onnx-writer.ts';
import { ANY_MODEL } from '../../../support/any-model.ts';
import { writeBundle } from '../../../support/onnx-bundle.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;
const GRAPH = around();
const hostile =
  HOSTILE_MODELS.find(({ name }) => name === 'external data: a folder up')?.bytes ?? new Uint8Array();

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function inspect(files: Record<string, string | Uint8Array>): AdmissionReport {
  const bundle = path.join(folder.path, 'bundle');
  const { manifest } = writeBundle(bundle, files);
  return inspectManifest(bundle, manifest);
}

function inspectManifest(bundle: string, manifest: ModelManifest): AdmissionReport {
  const located = manifest.files.map((file) => ({ ...file, location: path.join(bundle, file.path) }));
  return inspectBundle(located, manifest.tasks);
}

describe('inspecting a bundle', () => {
  it('admits a graph with the files that go with it', () => {
    const report = inspect({
      'config.json': '{}',
      'README.md': 'a model',
      'onnx/model.onnx': GRAPH,
      'onnx/model.onnx_data': 'weights',
    });
    expect(report).toMatchObject({ admitted: true, reasons: [], rulesVersion: ADMISSION_RULES_VERSION });
    expect(report.facts).toMatchObject({ graphs: 1, nodes: 1 });
  });

  it.each([
    'library.so',
    'onnx/custom.dll',
    'model.py',
    'weights.zip',
    'model.safetensors',
    'pytorch_model.bin',
    'scripts/run.sh',
    'onnx/deep/model.onnx',
    'gata-model.json',
    'config.json.exe',
    'onnx/nul.data',
    'onnx/Aux.onnx',
  ])('refuses a bundle with %s', (name) => {
    const report = inspect({ 'onnx/model.onnx': GRAPH, [name]: 'x' });
    expect(report.reasons).toMatchObject([{ code: 'file-kind', file: name }]);
  });

  it('refuses a bundle without a graph, and two names that are one on Windows', () => {
    expect(inspect({ 'config.json': '{}' }).reasons).toMatchObject([{ code: 'file-kind' }]);
    const { reasons } = inspect({ 'onnx/model.onnx': GRAPH, 'onnx/Model.onnx': GRAPH });
    expect(reasons).toMatchObject([{ code: 'file-kind' }]);
  });

  it('refuses links and files of another size', () => {
    const bundle = path.join(folder.path, 'linked');
    const { manifest } = writeBundle(bundle, { 'onnx/model.onnx': GRAPH });
    const moved = path.join(folder.path, 'moved');
    mkdirSync(path.join(moved, 'onnx'), { recursive: true });
    symlinkSync(path.join(bundle, 'onnx/model.onnx'), path.join(moved, 'onnx/model.onnx'));
    expect(inspectManifest(moved, manifest).reasons).toMatchObject([{ code: 'not-a-plain-file' }]);
    writeFileSync(path.join(bundle, 'onnx/model.onnx'), 'short');
    expect(inspectManifest(bundle, manifest).reasons).toMatchObject([{ code: 'not-a-plain-file' }]);
  });

  it('says the reasons of all files, each with its file and place', () => {
    const report = inspect({ 'config.json': '{"vocab_size":-1}', 'onnx/model.onnx': hostile, 'a.sh': '' });
    expect(new Set(report.reasons.map(({ file }) => file))).toEqual(
      new Set(['config.json', 'onnx/model.onnx', 'a.sh']),
    );
    expect(describeRefusal(report)).toMatch(/onnx\/model\.onnx, initialiser "w": its data is said to be in/);
  });
});

/** Counts inspections, which run here and now. */
class CountingInspector implements BundleInspector {
  inspections = 0;
  rulesVersion = ADMISSION_RULES_VERSION;

  inspect: BundleInspector['inspect'] = async (files, tasks) => {
    this.inspections += 1;
    return { ...inspectBundle(files, tasks), rulesVersion: this.rulesVersion };
  };
}

describe('the model cache', () => {
  const openCache = (inspector: BundleInspector) =>
    ModelCache.open({
      folder: path.join(folder.path, 'cache'),
      quotaBytes: () => 10_000_000,
      gate: ANY_MODEL,
      inspector,
      clock: systemClock,
      logger,
    });
  async function offer(graph: Uint8Array) {
    const source = path.join(folder.path, 'source');
    const { manifest } = writeBundle(source, { 'onnx/model.onnx': graph });
    writeFileSync(path.join(source, 'gata-model.json'), JSON.stringify(manifest));
    const files = await FolderSource.open(source);
    await files.describe(never);
    let opened = 0;
    return {
      digest: modelDigest(manifest),
      opened: () => opened,
      source: {
        manifest: async () => manifest,
        open: (...args: Parameters<typeof files.open>) => {
          opened += 1;
          return files.open(...args);
        },
        unreachable: (cause: unknown) => files.unreachable(cause),
      },
    };
  }

  it('inspects a bundle once, over restarts', async () => {
    const inspector = new CountingInspector();
    const { digest, source } = await offer(GRAPH);
    for (let start = 0; start < 2; start += 1) {
      await using cache = await openCache(inspector);
      (await cache.ensure(digest, source, never))[Symbol.dispose]();
      (await cache.ensure(digest, source, never))[Symbol.dispose]();
    }
    expect(inspector.inspections).toBe(1);
  });

  it('inspects again when the rules have changed', async () => {
    const inspector = new CountingInspector();
    inspector.rulesVersion = ADMISSION_RULES_VERSION + 1;
    const { digest, source } = await offer(GRAPH);
    await using cache = await openCache(inspector);
    (await cache.ensure(digest, source, never))[Symbol.dispose]();
    (await cache.ensure(digest, source, never))[Symbol.dispose]();
    expect(inspector.inspections).toBe(2);
  });

  it('never makes a refused bundle, says why, and does not fetch it again', async () => {
    const inspector = new CountingInspector();
    const { digest, source, opened } = await offer(hostile);
    await using cache = await openCache(inspector);
    for (let time = 0; time < 2; time += 1) {
      await expect(cache.ensure(digest, source, never)).rejects.toMatchObject({
        code: 'model-refused',
        message: expect.stringMatching(
          /Gata does not run test: onnx\/model\.onnx, initialiser "w": .*leaves the bundle/,
        ),
      });
    }
    expect(cache.list()).toMatchObject([{ digest, state: 'failed', error: { code: 'model-refused' } }]);
    expect(cache.digests()).toEqual([]);
    expect(readdirSync(path.join(folder.path, 'cache/bundles'))).toEqual([]);
    expect([inspector.inspections, opened()]).toEqual([1, 1]);
  });

  it('stops using a bundle that older rules let in', async () => {
    const { digest, source } = await offer(hostile);
    const lenient: BundleInspector = {
      inspect: async (files, tasks) => ({
        ...inspectBundle(files, tasks),
        admitted: true,
        reasons: [],
        rulesVersion: ADMISSION_RULES_VERSION + 1,
      }),
    };
    {
      await using before = await openCache(lenient);
      (await before.ensure(digest, source, never))[Symbol.dispose]();
    }
    await using cache = await openCache(new CountingInspector());
    expect(cache.digests()).toEqual([digest]);
    await expect(cache.ensure(digest, source, never)).rejects.toMatchObject({ code: 'model-refused' });
    expect(cache.digests()).toEqual([]);
  });

  it('refuses a model that the user adds as well', async () => {
    await offer(hostile);
    await using cache = await openCache(new CountingInspector());
    await expect(cache.add(path.join(folder.path, 'source'))).rejects.toMatchObject({
      code: 'model-refused',
    });
    expect(cache.digests()).toEqual([]);
  });

  it('tries a bundle again whose inspection failed', async () => {
    const { digest, source } = await offer(GRAPH);
    const failing: BundleInspector = {
      inspect: async (files, tasks) => ({
        ...inspectBundle(files, tasks),
        admitted: false,
        reasons: [{ code: 'inspection-failed', file: '', place: '', message: 'no memory' }],
      }),
    };
    {
      await using cache = await openCache(failing);
      await expect(cache.ensure(digest, source, never)).rejects.toMatchObject({ code: 'model-refused' });
    }
    await using cache = await openCache(new CountingInspector());
    (await cache.ensure(digest, source, never))[Symbol.dispose]();
    const report = readFileSync(path.join(folder.path, `cache/admissions/${digest}.json`), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ admitted: true });
  });
});
