import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CatalogueOffice } from '../../src/gateway/catalogue/catalogue-office.ts';
import { KeySafe } from '../../src/gateway/catalogue/key-safe.ts';
import { PublishedCatalogue } from '../../src/gateway/catalogue/published-catalogue.ts';
import { readModelBundle } from '../../src/gateway/nodes/model-bundle.ts';
import { REVOCATIONS_LIFETIME_DAYS } from '../../src/shared/catalogue-trust.ts';
import { systemClock } from '../../src/shared/clock.ts';

/** Keys made on this machine serve it until its data folder is deleted. */
const DEMO_KEY_DAYS = 36_500;

export interface DemoCatalogue {
  readonly office: CatalogueOffice;
  /** What is published; the gateway serves it. */
  readonly folder: string;
  /** The public root key, for the agent of this network alone. */
  readonly root: string;
}

/**
 * The catalogue of the embedded network: its keys are made at the first start on this machine, and no other
 * machine trusts them. Signs the models that have no entry yet and were not revoked.
 */
export async function prepareDemoCatalogue(
  networkFolder: string,
  modelFolders: readonly string[],
): Promise<DemoCatalogue> {
  const keysFolder = path.join(networkFolder, 'catalogue-keys');
  const published = new PublishedCatalogue(path.join(networkFolder, 'catalogue'));
  const office = new CatalogueOffice({
    keys: new KeySafe(keysFolder, undefined),
    published,
    clock: systemClock,
    keyDays: DEMO_KEY_DAYS,
    revocationDays: REVOCATIONS_LIFETIME_DAYS,
  });
  if ((await published.text('keys')) === undefined || (await published.text('revocations')) === undefined) {
    // The first start, or one that was cut short: nothing depends on these keys yet.
    await rm(keysFolder, { recursive: true, force: true });
    await rm(published.folder, { recursive: true, force: true });
    await office.init();
  }
  await office.refresh();
  const { list, revocations, entries } = await office.report();
  const settled = new Set([...revocations.models, ...entries].map(({ digest }) => digest));
  for (const folder of modelFolders) {
    const { digest } = await readModelBundle(folder);
    if (!settled.has(digest)) await office.sign([folder]);
  }
  const [root] = list.roots;
  if (root === undefined) throw new Error('The demo catalogue has no root.');
  return { office, folder: published.folder, root };
}
