import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDemoCatalogue } from '../../scripts/start/demo-catalogue.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestCatalogue } from '../support/test-catalogue.ts';

let folder: ReturnType<typeof temporaryFolder>;
let network: string;
beforeEach(() => {
  folder = temporaryFolder();
  network = path.join(folder.path, 'network');
});
afterEach(() => folder[Symbol.dispose]());

const bundle = (id: string) => new TestCatalogue(folder.path).model(id);

describe('the catalogue of the embedded network', () => {
  it('is made once, and signs what is new at every start', async () => {
    const small = await bundle('small');
    const first = await prepareDemoCatalogue(network, [small.folder]);
    const large = await bundle('large');
    const second = await prepareDemoCatalogue(network, [small.folder, large.folder]);
    expect(second.root).toBe(first.root);
    const { entries } = await second.office.report();
    expect(entries.map(({ modelId }) => modelId).sort()).toEqual(['large', 'small']);
  });

  it('has other keys on every machine', async () => {
    const [one, other] = await Promise.all([
      prepareDemoCatalogue(network, []),
      prepareDemoCatalogue(path.join(folder.path, 'elsewhere'), []),
    ]);
    expect(one.root).not.toBe(other.root);
  });

  it('does not sign again what was revoked', async () => {
    const small = await bundle('small');
    const { office } = await prepareDemoCatalogue(network, [small.folder]);
    await office.revokeModel(small.digest, 'It harms.');
    const again = await prepareDemoCatalogue(network, [small.folder]);
    expect((await again.office.report()).entries).toEqual([]);
  });

  it('begins anew when its first start was cut short, and says what is damaged later', async () => {
    const first = await prepareDemoCatalogue(network, []);
    rmSync(path.join(first.folder, 'revocations.json'));
    const second = await prepareDemoCatalogue(network, []);
    expect(second.root).not.toBe(first.root);
    writeFileSync(path.join(second.folder, 'keys.json'), '{');
    await expect(prepareDemoCatalogue(network, [])).rejects.toThrow('keys.json: ');
  });
});
