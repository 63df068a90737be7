import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogueOffice } from '../../../src/gateway/catalogue/catalogue-office.ts';
import { KeySafe } from '../../../src/gateway/catalogue/key-safe.ts';
import { SigningKey } from '../../../src/gateway/catalogue/signing-key.ts';
import { isSignedBy, parseModelEntry, signedBytes } from '../../../src/shared/catalogue-document.ts';
import { REVOCATIONS_LIFETIME_DAYS } from '../../../src/shared/catalogue-trust.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestCatalogue } from '../../support/test-catalogue.ts';

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: TestCatalogue;
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = new TestCatalogue(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

describe('the private keys', () => {
  it('lie in files that only the user can read, and are not in what is published', async () => {
    await catalogue.office.init();
    expect(statSync(catalogue.keysFolder).mode & 0o777).toBe(0o700);
    const names = readdirSync(catalogue.keysFolder);
    expect(names.map((name) => name.split('-')[0]).sort()).toEqual(['models', 'revocations', 'root']);
    for (const name of names) {
      expect(statSync(path.join(catalogue.keysFolder, name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(catalogue.published.folder).sort()).toEqual(['keys.json', 'revocations.json']);
    const published = await catalogue.published.text('keys');
    expect(published).not.toContain('PRIVATE');
  });

  it('get their modes back after a careless copy', async () => {
    await catalogue.office.init();
    const [name = ''] = readdirSync(catalogue.keysFolder);
    const file = path.join(catalogue.keysFolder, name);
    chmodSync(file, 0o644);
    await catalogue.office.rotate('models');
    await catalogue.office.rotate('revocations');
    await catalogue.office.rotateRoot();
    const found = [file, path.join(catalogue.keysFolder, 'retired', name)].flatMap(
      (each) => statSync(each, { throwIfNoEntry: false }) ?? [],
    );
    expect(found.map(({ mode }) => mode & 0o777)).toEqual([0o600]);
  });

  it('are encrypted with a passphrase, without which nothing is signed', async () => {
    const safe = (passphrase: string | undefined) =>
      new CatalogueOffice({
        keys: new KeySafe(catalogue.keysFolder, passphrase),
        published: catalogue.published,
        clock: catalogue.clock,
      });
    await safe('correct horse').init();
    const { folder: model } = await catalogue.model('small');
    for (const wrong of [undefined, 'battery staple']) {
      await expect(safe(wrong).sign([model])).rejects.toMatchObject({ code: 'unauthorized' });
    }
    expect(await safe('correct horse').sign([model])).toHaveLength(1);
  });

  it.skipIf(!existsSync('/usr/bin/openssl'))('are as openssl makes and reads them', async () => {
    const key = SigningKey.generate();
    const file = path.join(folder.path, 'key.pem');
    writeFileSync(file, key.toPem('secret'));
    const der = execFileSync('openssl', [
      'pkey',
      '-in',
      file,
      '-passin',
      'pass:secret',
      '-pubout',
      '-outform',
      'DER',
    ]);
    expect(der.subarray(-32).toString('hex')).toBe(key.publicKey);
    const pem = execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519']).toString();
    expect(SigningKey.fromPem(pem, undefined, 'key').publicKey).toMatch(/^[0-9a-f]{64}$/);
    const other = execFileSync('openssl', ['genpkey', '-algorithm', 'x25519']).toString();
    expect(() => SigningKey.fromPem(other, undefined, 'key')).toThrow('not an ed25519 key');
    expect(() => SigningKey.fromPem('nonsense', undefined, 'key')).toThrow('not a private key');
  });

  it('sign what nodes verify with another library', async () => {
    await catalogue.office.init();
    const { folder: model, digest } = await catalogue.model('small');
    await catalogue.office.sign([model]);
    const entry = parseModelEntry((await catalogue.published.text('entry', digest)) ?? '');
    const { list } = await catalogue.office.report();
    const [key] = list.keys.filter(({ role }) => role === 'models');
    expect(isSignedBy(entry, key?.publicKey ?? '')).toBe(true);
    expect(Buffer.from(signedBytes(entry.payload)).toString()).toMatch(
      /^gata-model-catalogue\/1\/entry\n\{"type":"entry","version":1,"digest":"/,
    );
  });
});

describe('the office', () => {
  it('makes no second catalogue over the first', async () => {
    await catalogue.office.init();
    await expect(catalogue.office.init()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('signs no bundle whose files are not what the manifest says', async () => {
    await catalogue.office.init();
    const { folder: model } = await catalogue.model('small');
    appendFileSync(path.join(model, 'config.json'), ' ');
    await expect(catalogue.office.sign([model])).rejects.toMatchObject({ code: 'corrupt-bundle' });
    expect(await catalogue.published.digests()).toEqual([]);
  });

  it('keeps the replaced key good for the overlap, and signs with the new one', async () => {
    await catalogue.office.init();
    catalogue.clock.pass(100);
    const fresh = await catalogue.office.rotate('models');
    const { list } = await catalogue.office.report();
    expect(list.sequence).toBe(2);
    const models = list.keys.filter(({ role }) => role === 'models');
    expect(models.map(({ validUntil }) => validUntil.slice(0, 10))).toEqual(['2027-03-30', '2028-02-28']);
    const small = await catalogue.model('small');
    await catalogue.office.sign([small.folder]);
    const entry = await catalogue.published.entry(small.digest);
    expect(entry?.signatures.map(({ keyId }) => keyId)).toEqual([fresh]);
  });

  it('makes the list last no longer than nodes believe, however slowly it is written', async () => {
    let now = Date.parse('2026-11-20T10:00:00Z');
    const slow = {
      now: () => {
        now += 1;
        return new Date(now);
      },
    };
    const office = new CatalogueOffice({
      keys: new KeySafe(catalogue.keysFolder, undefined),
      published: catalogue.published,
      clock: slow,
      revocationDays: REVOCATIONS_LIFETIME_DAYS,
    });
    await office.init();
    const list = (await catalogue.published.revocations())?.payload;
    const lifetimeMs = Date.parse(list?.expiresAt ?? '') - Date.parse(list?.issuedAt ?? '');
    expect(lifetimeMs).toBe(REVOCATIONS_LIFETIME_DAYS * 86_400_000);
  });

  it('renews the revocations when half of their time is over', async () => {
    await catalogue.office.init();
    expect(await catalogue.office.refresh()).toBe(false);
    catalogue.clock.pass(8);
    expect(await catalogue.office.refresh()).toBe(true);
    const { revocations, isFresh } = await catalogue.office.report();
    expect({ sequence: revocations.sequence, isFresh }).toEqual({ sequence: 2, isFresh: true });
    catalogue.clock.pass(15);
    expect((await catalogue.office.report()).isFresh).toBe(false);
  });

  it('needs the root only for keys: without it, models are signed and revoked', async () => {
    await catalogue.office.init();
    const [rootFile = ''] = readdirSync(catalogue.keysFolder).filter((name) => name.startsWith('root-'));
    const away = path.join(folder.path, 'safe-place.pem');
    writeFileSync(away, readFileSync(path.join(catalogue.keysFolder, rootFile)));
    execFileSync('rm', [path.join(catalogue.keysFolder, rootFile)]);
    const small = await catalogue.model('small');
    await catalogue.office.sign([small.folder]);
    await catalogue.office.revokeModel(small.digest, 'It harms.');
    await expect(catalogue.office.rotate('models')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('publishes nothing that nodes believe for too long', () => {
    expect(
      () =>
        new CatalogueOffice({
          keys: new KeySafe(catalogue.keysFolder, undefined),
          published: catalogue.published,
          clock: catalogue.clock,
          revocationDays: 60,
        }),
    ).toThrow('31 days');
  });

  it('says which file is damaged', async () => {
    await catalogue.office.init();
    const file = path.join(catalogue.published.folder, 'keys.json');
    writeFileSync(file, '{');
    await expect(catalogue.office.report()).rejects.toThrow(`${file}: `);
  });
});
