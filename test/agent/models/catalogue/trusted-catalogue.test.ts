import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllowedModels } from '../../../../src/agent/models/catalogue/allowed-models.ts';
import { TrustedCatalogue } from '../../../../src/agent/models/catalogue/trusted-catalogue.ts';
import { SigningKey } from '../../../../src/gateway/catalogue/signing-key.ts';
import { canonicalText, keyIdOf, signedBytes } from '../../../../src/shared/catalogue-document.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TestCatalogue, type TestModel } from '../../../support/test-catalogue.ts';

const never = new AbortController().signal;
const logger = pino({ level: 'silent' });

let opened: DisposableStack;
let root: string;
let folder: string;
let network: TestCatalogue;
let small: TestModel;
beforeEach(async () => {
  opened = new DisposableStack();
  folder = opened.use(temporaryFolder()).path;
  network = new TestCatalogue(path.join(folder, 'network'));
  root = await network.office.init();
  small = await network.model('small');
});
afterEach(() => opened.dispose());

const open = (roots: readonly string[] = [root], admissionVersion = 1) =>
  TrustedCatalogue.open({
    folder: path.join(folder, 'agent'),
    roots,
    source: network,
    allowed: new AllowedModels(folder, network.clock, logger),
    admissionVersion,
    clock: network.clock,
    logger,
  });
const offered = ({ digest, manifest }: TestModel) => ({
  digest,
  manifest,
  origin: 'network' as const,
  isInstalled: false,
});
const installed = (model: TestModel) => ({ ...offered(model), isInstalled: true });
const byHand = (model: TestModel) => ({ ...installed(model), origin: 'user' as const });
const refusal = (why: string) => ({ code: 'model-not-admitted', message: expect.stringContaining(why) });

/** What `admit` says of a model: the state it is in then, or why it was refused. */
async function judged(catalogue: TrustedCatalogue, model: ReturnType<typeof offered>): Promise<string> {
  try {
    await catalogue.admit(model, never);
    return catalogue.judge({ ...model, isInstalled: true }).state;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a model of the network', () => {
  it('is admitted with a good entry, also after a restart without the network', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    expect(catalogue.judge(installed(small))).toMatchObject({ state: 'signed', detail: null });
    expect(network.asked).toEqual(['keys', 'revocations', 'entry']);
    network.tamper = () => undefined;
    expect((await open()).judge(installed(small)).state).toBe('signed');
  });

  it('is refused when no entry lists it', async () => {
    const catalogue = await open();
    await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject(refusal('does not list it'));
    expect(catalogue.judge(installed(small)).state).toBe('refused');
  });

  it('is refused by a build that pins no root, and nothing is fetched', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open([]);
    await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject(refusal('--catalogue-root'));
    expect(network.asked).toEqual([]);
    expect(catalogue.view()).toMatchObject({ configured: false, rootKeyIds: [] });
  });

  it('is refused when another root signed everything', async () => {
    await network.office.sign([small.folder]);
    const other = await new TestCatalogue(path.join(folder, 'other')).office.init();
    const catalogue = await open([other]);
    await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject(
      refusal('not signed by a root'),
    );
  });

  it('is refused when its manifest has another name or other tasks than its entry', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    const called = { ...offered(small), manifest: { ...small.manifest, id: 'tiny' } };
    await expect(catalogue.admit(called, never)).rejects.toMatchObject(refusal('calls it small 1.0.0'));
    const able = { ...offered(small), manifest: { ...small.manifest, tasks: ['embedding' as const] } };
    await expect(catalogue.admit(able, never)).rejects.toMatchObject(refusal('other kinds of jobs'));
  });

  it("is refused with another model's entry", async () => {
    const large = await network.model('large');
    await network.office.sign([large.folder]);
    const largeEntry = await network.published.text('entry', large.digest);
    network.tamper = (document, text) => (document === 'entry' ? largeEntry : text);
    const catalogue = await open();
    await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject(refusal('another model'));
  });

  it('is refused when its entry needs newer admission rules', async () => {
    await network.office.sign([small.folder], { minimumAdmission: 2 });
    await expect((await open()).admit(offered(small), never)).rejects.toMatchObject(refusal('Update Gata'));
    await (await open([root], 2)).admit(offered(small), never);
  });

  it('is refused from the moment its entry expires, also where it is installed', async () => {
    await network.office.sign([small.folder], { expiresDays: 2 });
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    network.clock.pass(2.5);
    expect(catalogue.judge(installed(small))).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('expired'),
    });
  });

  it('is refused while its entry is from the future', async () => {
    network.clock.pass(10);
    await network.office.sign([small.folder]);
    network.clock.pass(-5);
    const catalogue = await open();
    await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject(refusal('clock'));
  });

  it.each(['keys', 'revocations', 'entry'] as const)(
    'is refused when %s is garbage, huge or missing',
    async (which) => {
      await network.office.sign([small.folder]);
      for (const bad of ['{"', '[]', 'x'.repeat(5_000_000), undefined]) {
        network.tamper = (document, text) => (document === which ? bad : text);
        const catalogue = await open();
        await expect(catalogue.admit(offered(small), never)).rejects.toMatchObject({
          code: 'model-not-admitted',
        });
      }
      network.tamper = (_document, text) => text;
      expect(await judged(await open(), offered(small))).toBe('signed');
    },
  );
});

describe('keys', () => {
  it('are rotated: entries of the old and of the new key are good', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    const old = catalogue.judge(installed(small)).keyId;
    const large = await network.model('large');
    network.clock.pass(1);
    const fresh = await network.office.rotate('models');
    await network.office.sign([large.folder]);
    // The key is not in the list that this node has: it fetches the newer one.
    await catalogue.admit(offered(large), never);
    expect(catalogue.judge(installed(large))).toMatchObject({ state: 'signed', keyId: fresh });
    expect(catalogue.judge(installed(small))).toMatchObject({ state: 'signed', keyId: old });
    expect(old).not.toBe(fresh);
  });

  it('sign nothing more when their time is over', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    network.clock.pass(366);
    await expect(network.office.sign([small.folder])).rejects.toMatchObject({ code: 'not-found' });
    await network.office.rotate('models');
    await network.office.rotate('revocations');
    await network.office.refresh();
    await catalogue.refresh(never);
    // What they signed in their time stays good.
    expect(catalogue.judge(installed(small)).state).toBe('signed');
  });

  it('that are revoked void all that they signed', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    const { keyId } = catalogue.judge(installed(small));
    await network.office.revokeKey(keyId ?? '', 'It was stolen.');
    expect(await catalogue.refresh(never)).toBe(true);
    expect(catalogue.judge(installed(small)).state).toBe('refused');
    await network.office.sign([small.folder]);
    await catalogue.admit(installed(small), never);
    expect(catalogue.judge(installed(small)).state).toBe('signed');
  });

  it('come from a new root once the old one has signed for it, whichever of the two is pinned', async () => {
    await network.office.sign([small.folder]);
    const before = await open();
    await before.refresh(never);
    const second = await network.office.rotateRoot();
    await network.office.rotate('models');
    const third = await network.office.rotateRoot();
    await network.office.sign([small.folder]);
    expect(await before.refresh(never)).toBe(true);
    expect(before.view().rootKeyIds).toEqual([keyIdOf(third)]);
    expect(await judged(before, offered(small))).toBe('signed');
    for (const pinned of [root, second, third]) {
      expect(await judged(await open([pinned]), offered(small))).toBe('signed');
    }
    // And again from what was stored.
    network.tamper = () => undefined;
    expect((await open([root])).view().rootKeyIds).toEqual([keyIdOf(third)]);
  });

  it('are not taken from a root that was rotated out', async () => {
    const catalogue = await open();
    await network.office.rotateRoot();
    expect(await catalogue.refresh(never)).toBe(true);
    const retired = path.join(network.keysFolder, 'retired');
    const [name = ''] = readdirSync(retired);
    const stolen = SigningKey.fromPem(readFileSync(path.join(retired, name), 'utf8'), undefined, name);
    expect(stolen.publicKey).toBe(root);
    const chain = await network.published.keys();
    const newest = chain?.lists.at(-1)?.payload;
    if (chain === undefined || newest === undefined) throw new Error('There is no key list.');
    const payload = { ...newest, sequence: 3, roots: [root] };
    const signature = { keyId: stolen.keyId, signature: stolen.sign(signedBytes(payload)) };
    const forged = canonicalText({ lists: [...chain.lists, { payload, signatures: [signature] }] });
    network.tamper = (document, text) => (document === 'keys' ? forged : text);
    expect(await catalogue.refresh(never)).toBe(false);
    expect(catalogue.view()).toMatchObject({
      keysSequence: 2,
      problem: expect.stringContaining('number 3 is not signed by a root'),
    });
    // A node that pins the old root and sees the rotation first does not follow it back either.
    expect(await (await open([root])).refresh(never)).toBe(false);
  });
});

describe('what was seen', () => {
  it.each(['keys', 'revocations'] as const)(
    'is not rolled back: %s of before are refused, over restarts',
    async (which) => {
      const old = await network.published.text(which);
      network.clock.pass(1);
      await network.office.rotate('models');
      await network.office.revokeModel(small.digest, 'It harms.');
      const catalogue = await open();
      expect(await catalogue.refresh(never)).toBe(true);
      network.tamper = (document, text) => (document === which ? old : text);
      for (const each of [catalogue, await open()]) {
        expect(await each.refresh(never)).toBe(false);
        expect(each.view().problem).toMatch(/number 1, but number 2 was seen before/);
        expect(each.judge(installed(small)).state).toBe('revoked');
      }
    },
  );

  it('is set aside when its file is damaged, and fetched again', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    const [store = ''] = readdirSync(path.join(folder, 'agent'));
    const file = path.join(folder, 'agent', store, 'keys.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"sequence":1', '"sequence":9'));
    const again = await open();
    expect(again.judge(installed(small)).state).toBe('refused');
    expect(readdirSync(path.join(folder, 'agent', store))).toContain('keys.json.damaged');
    expect(await judged(again, installed(small))).toBe('signed');
  });
});

describe('a revocation', () => {
  it('comes before everything, and is told with its reason', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    catalogue.setAllowed(small.digest, 'small', true);
    const entry = await network.published.text('entry', small.digest);
    await network.office.revokeModel(small.digest, 'It harms.');
    // A gateway that hides the withdrawal of the entry gains nothing.
    network.tamper = (document, text) => (document === 'entry' ? entry : text);
    await catalogue.refresh(never);
    for (const model of [offered(small), installed(small), byHand(small)]) {
      await expect(catalogue.admit(model, never)).rejects.toMatchObject(refusal('revoked: It harms.'));
    }
    await expect(network.office.sign([small.folder])).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that may be missing stops new models, and warns of those that are here', async () => {
    const large = await network.model('large');
    await network.office.sign([small.folder, large.folder]);
    const catalogue = await open();
    await catalogue.admit(offered(small), never);
    network.clock.pass(15);
    expect(catalogue.view().stale).toBe(true);
    expect(catalogue.judge(installed(small))).toMatchObject({
      state: 'signed',
      detail: expect.stringContaining('stale'),
    });
    await expect(catalogue.admit(offered(large), never)).rejects.toMatchObject(refusal('No new model'));
    await network.office.refresh();
    await catalogue.admit(offered(large), never);
    expect(catalogue.judge(installed(small)).detail).toBeNull();
  });

  it('is believed again from a new key after the old one was made to run ahead', async () => {
    const catalogue = await open();
    const honest = await network.published.revocations();
    // Whoever has the key sets a number that no honest list reaches.
    for (let count = 0; count < 5; count += 1) await network.office.revokeModel(small.digest, 'Nothing.');
    await catalogue.refresh(never);
    expect(catalogue.judge(installed(small)).state).toBe('revoked');
    if (honest === undefined) throw new Error('There is no revocation list.');
    await network.published.publishRevocations(honest);
    const [{ keyId } = { keyId: '' }] = honest.signatures;
    await network.office.revokeKey(keyId, 'It was stolen.');
    expect(await catalogue.refresh(never)).toBe(true);
    expect(catalogue.view().revocationsSequence).toBe(2);
    expect(catalogue.judge(installed(small)).state).toBe('refused');
  });
});

describe("a user's own model", () => {
  it('waits for the user, runs when allowed, and no longer when that is taken back', async () => {
    const catalogue = await open([]);
    await expect(catalogue.admit(byHand(small), never)).rejects.toMatchObject(refusal('Allow it'));
    expect(catalogue.judge(byHand(small)).state).toBe('unasked');
    catalogue.setAllowed(small.digest, 'small', true);
    await catalogue.admit(byHand(small), never);
    expect((await open([])).judge(byHand(small)).state).toBe('allowed');
    // One that a gateway brings is not the user's choice.
    expect(catalogue.judge(installed(small)).state).toBe('refused');
    catalogue.setAllowed(small.digest, 'small', false);
    expect(catalogue.judge(byHand(small)).state).toBe('unasked');
  });

  it('is another model once a byte of it has changed', async () => {
    const catalogue = await open();
    catalogue.setAllowed(small.digest, 'small', true);
    const changed = await network.model('small', { description: 'A little different.' });
    expect(changed.digest).not.toBe(small.digest);
    expect(catalogue.judge(byHand(changed)).state).toBe('unasked');
  });

  it('needs no choice when the network vouches for it', async () => {
    await network.office.sign([small.folder]);
    const catalogue = await open();
    await catalogue.admit(byHand(small), never);
    expect(catalogue.judge(byHand(small)).state).toBe('signed');
  });

  it('is asked about again when the file of choices is damaged', async () => {
    (await open()).setAllowed(small.digest, 'small', true);
    writeFileSync(path.join(folder, 'allowed-models.json'), '{"version":1,"models":[{}]}');
    expect((await open()).judge(byHand(small)).state).toBe('unasked');
    expect(readdirSync(folder)).toContain('allowed-models.json.damaged');
  });
});
