import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ModelCatalogue } from '../../../src/gateway/nodes/model-catalogue.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { DEMO_MODELS } from '../../support/test-gateway.ts';

const [, digits = ''] = DEMO_MODELS;

function recordingLog() {
  const lines: { code?: string; msg: string }[] = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
}

async function openCopy(damage: (folder: string) => void) {
  using temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'model');
  cpSync(digits, folder, { recursive: true });
  damage(folder);
  const { log, lines } = recordingLog();
  return { catalogue: await ModelCatalogue.open([folder], log), lines };
}

describe('the model catalogue', () => {
  it('offers bundles by id and digest, and their files by hash', async () => {
    const { log, lines } = recordingLog();
    const catalogue = await ModelCatalogue.open(DEMO_MODELS, log);
    expect(lines).toEqual([]);
    expect(catalogue.models().map(({ manifest }) => manifest.id)).toEqual(['npc-chat', 'digits']);
    const model = catalogue.byId('digits');
    expect(model?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(catalogue.byDigest(model?.digest ?? '')).toBe(model);
    const [file] = model?.manifest.files ?? [];
    expect(catalogue.file(file?.sha256 ?? '')).toEqual({
      file: path.join(digits, file?.path ?? ''),
      bytes: file?.bytes,
    });
  });

  it.each<[string, string, (folder: string) => void]>([
    ['truncated', 'has 5 bytes', (folder) => writeFileSync(path.join(folder, 'config.json'), '{"a":')],
    [
      'changed',
      'does not have the SHA-256',
      (folder) => {
        const file = path.join(folder, 'config.json');
        writeFileSync(file, readFileSync(file).fill(0x20, 0, 1));
      },
    ],
    ['incomplete', 'cannot be read', (folder) => writeFileManifest(folder, 'config.json', 'missing.json')],
    ['without a manifest', 'no model manifest', (folder) => appendFileSync(manifestOf(folder), '}')],
  ])('refuses a bundle that is %s, and says why', async (_what, reason, damage) => {
    const { catalogue, lines } = await openCopy(damage);
    expect(catalogue.models()).toEqual([]);
    expect(lines).toMatchObject([{ code: 'corrupt-bundle' }]);
    expect(lines[0]?.msg).toContain(reason);
  });

  it('no longer offers what is withdrawn, from that moment on', async () => {
    const { log } = recordingLog();
    const withdrawn = new Set<string>();
    const catalogue = await ModelCatalogue.open([digits], log, (digest) => withdrawn.has(digest));
    const digest = catalogue.byId('digits')?.digest ?? '';
    withdrawn.add(digest);
    expect(catalogue.models()).toEqual([]);
    expect(catalogue.byId('digits')).toBeUndefined();
    // A node that still has a job of it can read what it is about.
    expect(catalogue.byDigest(digest)?.manifest.id).toBe('digits');
  });

  it('refuses a second bundle of the same name', async () => {
    const { log, lines } = recordingLog();
    const catalogue = await ModelCatalogue.open([digits, digits], log);
    expect(catalogue.models()).toHaveLength(1);
    expect(lines).toMatchObject([{ code: 'conflict' }]);
  });
});

function manifestOf(folder: string): string {
  return path.join(folder, 'gata-model.json');
}

function writeFileManifest(folder: string, from: string, to: string): void {
  const manifest = readFileSync(manifestOf(folder), 'utf8');
  writeFileSync(manifestOf(folder), manifest.replace(`"${from}"`, `"${to}"`));
}
