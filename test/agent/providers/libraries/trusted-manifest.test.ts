import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllowedModels } from '../../../../src/agent/models/catalogue/allowed-models.ts';
import { TrustedCatalogue } from '../../../../src/agent/models/catalogue/trusted-catalogue.ts';
import { TrustedManifest } from '../../../../src/agent/providers/libraries/trusted-manifest.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TestCatalogue } from '../../../support/test-catalogue.ts';
import { testLibrary } from '../../../support/test-library.ts';

const { library } = testLibrary('https://libraries.example');
const logger = pino({ level: 'silent' });
const never = new AbortController().signal;

let folder: ReturnType<typeof temporaryFolder>;
let network: TestCatalogue;
let roots: string[];
beforeEach(async () => {
  folder = temporaryFolder();
  network = new TestCatalogue(folder.path);
  roots = [await network.office.init()];
});
afterEach(() => folder[Symbol.dispose]());

async function start(): Promise<{ manifest: TrustedManifest; catalogue: TrustedCatalogue }> {
  const shared = {
    folder: path.join(folder.path, 'believed'),
    roots,
    source: network,
    clock: network.clock,
    logger,
  };
  const catalogue = await TrustedCatalogue.open({
    ...shared,
    allowed: new AllowedModels(folder.path, network.clock, logger),
    admissionVersion: 1,
  });
  return { catalogue, manifest: await TrustedManifest.open({ ...shared, catalogue }) };
}

async function offer(): Promise<string> {
  const keyId = await network.office.rotate('providers');
  await network.office.signProviderLibraries([library]);
  return keyId;
}

describe('the list of provider libraries, as a node believes it', () => {
  it('is empty, with a sentence, where no network is pinned or none is offered', async () => {
    const { manifest } = await start();
    expect(await manifest.refresh(never)).toBe(true);
    expect(manifest.problem()).toBe('The network offers no provider libraries yet.');
    roots = [];
    const none = await start();
    expect(none.manifest.problem()).toBe('The network offers no provider libraries yet.');
  });

  it('is fetched with the keys that it needs, and outlives a restart', async () => {
    await offer();
    const { manifest } = await start();
    let changes = 0;
    manifest.on('change', () => {
      changes += 1;
    });
    expect(await manifest.refresh(never)).toBe(true);
    expect(manifest.libraries()).toEqual([library]);
    expect(manifest.problem()).toBeNull();
    expect(changes).toBe(1);
    network.tamper = () => undefined;
    const again = await start();
    expect(again.manifest.libraries()).toEqual([library]);
  });

  it('does not go back to an older one, nor to a changed one', async () => {
    await offer();
    const old = await network.published.text('provider-libraries');
    await network.office.signProviderLibraries([]);
    const { manifest } = await start();
    await manifest.refresh(never);
    network.tamper = (document, text) => (document === 'provider-libraries' ? old : text);
    expect(await manifest.refresh(never)).toBe(false);
    expect(manifest.libraries()).toEqual([]);
    expect(manifest.problem()).toContain('number 1, but number 2 was seen before');
    network.tamper = (document, text) =>
      document === 'provider-libraries' ? text?.replace('"sequence":2', '"sequence":9') : text;
    expect(await manifest.refresh(never)).toBe(false);
  });

  it('is believed no more when its key is revoked', async () => {
    const keyId = await offer();
    const { manifest, catalogue } = await start();
    await manifest.refresh(never);
    await network.office.revokeKey(keyId, 'It leaked.');
    await catalogue.refresh(never);
    expect(manifest.libraries()).toEqual([]);
    expect(manifest.problem()).not.toBeNull();
    await network.office.signProviderLibraries([library]);
    expect(await manifest.refresh(never)).toBe(true);
    expect(manifest.libraries()).toEqual([library]);
  });

  it('gives no new library while the revocations are stale', async () => {
    await offer();
    const { manifest } = await start();
    await manifest.refresh(never);
    network.clock.pass(20);
    expect(manifest.staleProblem()).toContain('too old');
    expect(manifest.libraries()).toEqual([library]);
  });
});
