import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CatalogueSource } from '../../src/agent/models/catalogue/catalogue-http.ts';
import { CatalogueOffice } from '../../src/gateway/catalogue/catalogue-office.ts';
import { KeySafe } from '../../src/gateway/catalogue/key-safe.ts';
import { PublishedCatalogue } from '../../src/gateway/catalogue/published-catalogue.ts';
import { readModelBundle } from '../../src/gateway/nodes/model-bundle.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { CatalogueDocument } from '../../src/shared/model-catalogue.ts';
import type { ModelManifest } from '../../src/shared/model-manifest.ts';

const DAY_MS = 86_400_000;

export class MovableClock implements Clock {
  #ms = Date.parse('2026-11-20T12:00:00.000Z');

  now(): Date {
    return new Date(this.#ms);
  }

  pass(days: number): void {
    this.#ms += days * DAY_MS;
  }
}

export interface TestModel {
  readonly folder: string;
  readonly digest: string;
  readonly manifest: ModelManifest;
}

/** A real catalogue in a folder, with real keys, that is read as over the network and can be tampered with. */
export class TestCatalogue implements CatalogueSource {
  readonly clock: MovableClock;
  readonly office: CatalogueOffice;
  readonly published: PublishedCatalogue;
  readonly keysFolder: string;
  readonly #folder: string;
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** Changes what a reader gets; undefined: there is none. */
  tamper: (document: CatalogueDocument, text: string | undefined) => string | undefined = (_, text) => text;

  constructor(folder: string, clock = new MovableClock()) {
    this.#folder = folder;
    this.clock = clock;
    this.keysFolder = path.join(folder, 'keys');
    this.published = new PublishedCatalogue(path.join(folder, 'catalogue'));
    this.office = new CatalogueOffice({
      keys: new KeySafe(this.keysFolder, undefined),
      published: this.published,
      clock,
    });
  }

  async fetch(document: CatalogueDocument, signal: AbortSignal, digest = ''): Promise<string | undefined> {
    signal.throwIfAborted();
    this.asked.push(document);
    return this.tamper(document, await this.published.text(document, digest));
  }

  /** A small bundle on the disk, not signed yet. */
  async model(id: string, changes: Partial<ModelManifest> = {}): Promise<TestModel> {
    const folder = path.join(this.#folder, 'models', id);
    mkdirSync(folder, { recursive: true });
    const config = Buffer.from(JSON.stringify({ id }));
    writeFileSync(path.join(folder, 'config.json'), config);
    const sha256 = createHash('sha256').update(config).digest('hex');
    const manifest: ModelManifest = {
      schemaVersion: 1,
      id,
      name: id,
      version: '1.0.0',
      description: '',
      licence: 'MIT',
      demo: false,
      tasks: ['onnx.run'],
      files: [{ path: 'config.json', bytes: config.byteLength, sha256 }],
      ...changes,
    };
    writeFileSync(path.join(folder, 'gata-model.json'), JSON.stringify(manifest));
    return { folder, ...(await readModelBundle(folder)) };
  }
}
