import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SigningKey } from '../../../src/gateway/catalogue/signing-key.ts';
import {
  canonicalText,
  parseKeyListChain,
  parseProviderManifest,
  signedBytes,
} from '../../../src/shared/catalogue-document.ts';
import { checkProviderManifest, followKeyLists } from '../../../src/shared/catalogue-trust.ts';
import { providerLibrarySchema } from '../../../src/shared/provider-library.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestCatalogue } from '../../support/test-catalogue.ts';
import { testLibrary } from '../../support/test-library.ts';

const BASE = 'https://libraries.example/cuda';
const { library, files } = testLibrary(BASE);

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: TestCatalogue;
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = new TestCatalogue(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

async function published() {
  const chain = parseKeyListChain((await catalogue.published.text('keys')) ?? '');
  const trust = followKeyLists(chain.lists[0]?.payload.roots ?? [], chain);
  const signed = parseProviderManifest((await catalogue.published.text('provider-libraries')) ?? '');
  return { trust, signed, nowMs: catalogue.clock.now().getTime() };
}

describe('the list of provider libraries', () => {
  it('is signed by a key of its own, made when the first is wanted', async () => {
    await catalogue.office.init();
    await expect(catalogue.office.signProviderLibraries([library])).rejects.toMatchObject({
      code: 'not-found',
    });
    await catalogue.office.rotate('providers');
    await catalogue.office.signProviderLibraries([library]);
    const { trust, signed, nowMs } = await published();
    expect(checkProviderManifest(signed, trust, undefined, undefined, nowMs).libraries).toEqual([library]);
  });

  it('is not believed with the signature of a key for models', async () => {
    await catalogue.office.init();
    await catalogue.office.rotate('providers');
    await catalogue.office.signProviderLibraries([library]);
    const { trust, signed, nowMs } = await published();
    const pem = execFileSync('sh', ['-c', `cat "${catalogue.keysFolder}"/models-*.pem`], {
      encoding: 'utf8',
    });
    const key = SigningKey.fromPem(pem, undefined, 'the key');
    const forged = {
      payload: signed.payload,
      signatures: [{ keyId: key.keyId, signature: key.sign(signedBytes(signed.payload)) }],
    };
    expect(() => checkProviderManifest(forged, trust, undefined, undefined, nowMs)).toThrow(
      expect.objectContaining({ code: 'wrong-role' }),
    );
  });

  it('cannot be changed, nor replaced by an older one', async () => {
    await catalogue.office.init();
    await catalogue.office.rotate('providers');
    await catalogue.office.signProviderLibraries([library]);
    const { trust, signed: old, nowMs } = await published();
    await catalogue.office.signProviderLibraries([]);
    const { signed } = await published();
    expect(() => checkProviderManifest(old, trust, undefined, signed.payload, nowMs)).toThrow(
      expect.objectContaining({ code: 'rolled-back' }),
    );
    const changed = { ...old, payload: { ...old.payload, libraries: [{ ...library, version: '1.0.1' }] } };
    expect(() => checkProviderManifest(changed, trust, undefined, undefined, nowMs)).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
    expect(() => parseProviderManifest(`${canonicalText(old)} `)).toThrow(
      expect.objectContaining({ code: 'not-canonical' }),
    );
  });

  it('is void when its key is revoked', async () => {
    await catalogue.office.init();
    const keyId = await catalogue.office.rotate('providers');
    await catalogue.office.signProviderLibraries([library]);
    await catalogue.office.revokeKey(keyId, 'It leaked.');
    const { trust, signed, nowMs } = await published();
    const revocations = (await catalogue.published.revocations())?.payload;
    expect(() => checkProviderManifest(signed, trust, revocations, undefined, nowMs)).toThrow();
  });

  it.each([
    ['leaves the folder', { name: '../evil.so' }],
    ['names a folder', { name: 'lib/evil.so' }],
    ['is a device of Windows', { name: 'NUL.dll' }],
    ['ends in a dot, which Windows drops', { name: 'evil.' }],
    ['comes over plain http', { url: 'http://libraries.example/x' }],
    ['comes from the disk', { url: 'file:///etc/passwd' }],
    ['comes with a password', { url: 'https://a:b@libraries.example/x' }],
  ])('lists no file that %s', (_, change) => {
    const file = { ...library.files[1], ...change };
    const changed = { ...library, files: [library.files[0], file] };
    expect(providerLibrarySchema.safeParse(library).success).toBe(true);
    expect(providerLibrarySchema.safeParse(changed).success).toBe(false);
  });
});

describe('npm run provider-manifest', () => {
  const run = (tool: string, ...args: string[]) =>
    execFileSync(
      process.execPath,
      [
        `scripts/${tool}.ts`,
        ...['--keys', catalogue.keysFolder, '--catalogue', catalogue.published.folder],
        ...args,
      ],
      { encoding: 'utf8' },
    );

  it('describes the files of a folder, signs libraries and shows them', () => {
    run('catalogue', 'init');
    expect(run('catalogue', 'rotate', 'providers')).toContain('new key');
    const downloads = path.join(folder.path, 'downloads');
    mkdirSync(downloads);
    for (const [name, bytes] of files) writeFileSync(path.join(downloads, name), bytes);
    const described: unknown = JSON.parse(
      run('provider-manifest', 'describe', downloads, '--base-url', BASE),
    );
    expect(described).toEqual(library.files.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    const file = path.join(folder.path, 'cuda.json');
    writeFileSync(file, JSON.stringify(library));
    expect(run('provider-manifest', 'sign', file)).toContain('published list 1');
    expect(run('provider-manifest', 'show')).toContain('cuda-linux-x64 1.0.0');
  });
});
