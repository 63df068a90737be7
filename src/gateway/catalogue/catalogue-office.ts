import {
  canonicalText,
  keyIdOf,
  parseKeyListChain,
  parseProviderManifest,
  signedBytes,
} from '../../shared/catalogue-document.ts';
import { isStale, REVOCATIONS_LIFETIME_DAYS, withoutDetours } from '../../shared/catalogue-trust.ts';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  type CatalogueKey,
  type KeyList,
  keyListSchema,
  type ModelEntry,
  modelEntrySchema,
  type RevocationList,
  revocationListSchema,
} from '../../shared/model-catalogue.ts';
import type { ProviderLibrary } from '../../shared/provider-library.ts';
import { type ProviderManifest, providerManifestSchema } from '../../shared/provider-manifest.ts';
import { readModelBundle } from '../nodes/model-bundle.ts';
import type { KeyRole, KeySafe } from './key-safe.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';
import type { SigningKey } from './signing-key.ts';

const DAY_MS = 86_400_000;
const ROLES = ['models', 'revocations', 'providers'] as const;
/** A key for libraries is made with the first of them: nodes from before there were any do not know the role. */
const FIRST_ROLES = ['models', 'revocations'] as const;
type Role = CatalogueKey['role'];

export interface CatalogueOfficeOptions {
  readonly keys: KeySafe;
  readonly published: PublishedCatalogue;
  readonly clock: Clock;
  /** How long new catalogue keys sign. */
  readonly keyDays?: number;
  /** How long a key that is replaced stays good beside its successor. */
  readonly overlapDays?: number;
  /** How long a revocation list is fresh; at most `REVOCATIONS_LIFETIME_DAYS`. */
  readonly revocationDays?: number;
}

export interface CatalogueReport {
  readonly list: KeyList;
  readonly revocations: RevocationList;
  /** Whether nodes still take the revocation list for the whole truth. */
  readonly isFresh: boolean;
  readonly entries: readonly ModelEntry[];
}

/** The operator's side of the catalogue: makes keys, signs what is published, rotates and revokes. */
export class CatalogueOffice {
  readonly #keys: KeySafe;
  readonly #published: PublishedCatalogue;
  readonly #clock: Clock;
  readonly #keyDays: number;
  readonly #overlapDays: number;
  readonly #revocationDays: number;

  constructor(options: CatalogueOfficeOptions) {
    this.#keys = options.keys;
    this.#published = options.published;
    this.#clock = options.clock;
    this.#keyDays = options.keyDays ?? 365;
    this.#overlapDays = options.overlapDays ?? 30;
    this.#revocationDays = options.revocationDays ?? 14;
    if (this.#revocationDays > REVOCATIONS_LIFETIME_DAYS) {
      throw new GataError(
        'invalid-request',
        `Nodes believe no revocation list that is fresh for more than ${REVOCATIONS_LIFETIME_DAYS} days.`,
      );
    }
  }

  /** Makes a root, a key of each role and the first lists. @returns the root's public key, for nodes to pin. */
  async init(): Promise<string> {
    if ((await this.#published.keys()) !== undefined || (await this.#keys.keys('root')).length > 0) {
      throw new GataError('conflict', 'There is a catalogue or a root key here already.');
    }
    const root = await this.#keys.make('root');
    const keys: CatalogueKey[] = [];
    for (const role of FIRST_ROLES) keys.push(this.#listed(role, await this.#keys.make(role)));
    await this.#publishKeys({ roots: [root.publicKey], keys }, [root]);
    await this.#publishRevocations({ models: [], keys: [] });
    return root.publicKey;
  }

  /**
   * Signs the bundles of these folders, every file checked first.
   * @throws GataError `corrupt-bundle`; `conflict` for a model that was revoked; `not-found` without a key.
   */
  async sign(
    folders: readonly string[],
    options: { readonly expiresDays?: number; readonly minimumAdmission?: number } = {},
  ): Promise<ModelEntry[]> {
    const entries: ModelEntry[] = [];
    for (const folder of folders) {
      const { digest, manifest } = await readModelBundle(folder);
      const revocations = await this.#revocations();
      if (revocations.models.some((each) => each.digest === digest)) {
        throw new GataError('conflict', `${manifest.id} ${manifest.version} (${digest}) was revoked.`);
      }
      const { expiresDays, minimumAdmission = 0 } = options;
      const payload = modelEntrySchema.parse({
        type: 'entry',
        version: 1,
        digest,
        modelId: manifest.id,
        modelVersion: manifest.version,
        tasks: manifest.tasks,
        issuedAt: this.#at(0),
        expiresAt: expiresDays === undefined ? null : this.#at(expiresDays),
        minimumAdmission,
      });
      const key = await this.#signer('models');
      await this.#published.publishEntry({ payload, signatures: [signatureOf(key, payload)] });
      entries.push(payload);
    }
    return entries;
  }

  /**
   * Publishes these provider libraries, of all platforms, in the place of those before.
   * @throws GataError `not-found` without a key; ZodError for libraries that nodes would refuse.
   */
  async signProviderLibraries(libraries: readonly ProviderLibrary[]): Promise<ProviderManifest> {
    const before = await this.#published.providerManifest();
    const payload = providerManifestSchema.parse({
      type: 'provider-libraries',
      version: 1,
      sequence: (before?.payload.sequence ?? 0) + 1,
      issuedAt: this.#at(0),
      libraries,
    });
    const key = await this.#signer('providers');
    const signed = { payload, signatures: [signatureOf(key, payload)] };
    // What nodes would refuse to read is not published.
    parseProviderManifest(canonicalText(signed));
    await this.#published.publishProviderManifest(signed);
    return payload;
  }

  /** A new key of the role; the one before stays good for the overlap, and no longer signs. */
  async rotate(role: Role): Promise<string> {
    const list = await this.#list();
    await this.#rootKeys(list.roots);
    const until = this.#at(this.#overlapDays);
    const key = await this.#keys.make(role);
    const others = list.keys.map((each) =>
      each.role === role && each.validUntil > until ? { ...each, validUntil: until } : each,
    );
    await this.#publishKeys({ roots: list.roots, keys: [...others, this.#listed(role, key)] });
    for (const old of await this.#keys.keys(role)) {
      if (old.keyId !== key.keyId) await this.#keys.retire(role, old.keyId);
    }
    return key.keyId;
  }

  /** A new root in place of the present ones, in a list that old and new sign. @returns its public key. */
  async rotateRoot(): Promise<string> {
    const list = await this.#list();
    const old = await this.#rootKeys(list.roots);
    const root = await this.#keys.make('root');
    await this.#publishKeys({ roots: [root.publicKey], keys: list.keys }, [...old, root]);
    for (const key of old) await this.#keys.retire('root', key.keyId);
    return root.publicKey;
  }

  /** Nodes remove the model and stop its workers. */
  async revokeModel(digest: string, reason: string): Promise<void> {
    const { models, keys } = await this.#revocations();
    const others = models.filter((each) => each.digest !== digest);
    await this.#publishRevocations({ models: [...others, { digest, reason }], keys });
    await this.#published.withdrawEntry(digest);
  }

  /**
   * Voids everything that a catalogue key ever signed, and puts a new key in its place. What it signed has to be
   * signed again after a look at it. @returns the new key's id.
   */
  async revokeKey(keyId: string, reason: string): Promise<string> {
    const list = await this.#list();
    const role = ROLES.find((each) =>
      list.keys.some((key) => key.role === each && keyIdOf(key.publicKey) === keyId),
    );
    if (role === undefined) throw new GataError('not-found', `The key list has no key ${keyId}.`);
    await this.#rootKeys(list.roots);
    const key = await this.#keys.make(role);
    const others = list.keys.filter((each) => keyIdOf(each.publicKey) !== keyId);
    await this.#publishKeys({ roots: list.roots, keys: [...others, this.#listed(role, key)] });
    const mine = (await this.#keys.keys(role)).filter((each) => each.keyId === keyId);
    for (const each of mine) await this.#keys.retire(role, each.keyId);
    const revocations = await this.#revocations();
    const keys = [...revocations.keys.filter((each) => each.keyId !== keyId), { keyId, reason }];
    await this.#publishRevocations({ models: revocations.models, keys });
    return key.keyId;
  }

  /** Publishes the revocations again with new dates, when more than half of their time is over. */
  async refresh(): Promise<boolean> {
    const list = await this.#revocations();
    const left = Date.parse(list.expiresAt) - this.#clock.now().getTime();
    if (left > (this.#revocationDays * DAY_MS) / 2) return false;
    await this.#publishRevocations(list);
    return true;
  }

  /** What is published, for a person. */
  async report(): Promise<CatalogueReport> {
    const list = await this.#list();
    const revocations = await this.#revocations();
    const entries: ModelEntry[] = [];
    for (const digest of await this.#published.digests()) {
      const entry = await this.#published.entry(digest);
      if (entry !== undefined) entries.push(entry.payload);
    }
    const isFresh = !isStale(revocations, this.#clock.now().getTime());
    return { list, revocations, isFresh, entries };
  }

  async #list(): Promise<KeyList> {
    const newest = (await this.#published.keys())?.lists.at(-1);
    if (newest === undefined)
      throw new GataError('not-found', 'There is no catalogue here. Make one with init.');
    return newest.payload;
  }

  async #revocations(): Promise<RevocationList> {
    const signed = await this.#published.revocations();
    if (signed === undefined) {
      throw new GataError('not-found', 'There is no revocation list here. Restore it from a backup.');
    }
    return signed.payload;
  }

  /** The key that the list allows to sign for longest. */
  async #signer(role: Role): Promise<SigningKey> {
    const now = this.#at(0);
    const allowed = (await this.#list()).keys
      .filter((key) => key.role === role && key.validFrom <= now && now <= key.validUntil)
      .sort((a, b) => (a.validUntil < b.validUntil ? 1 : -1));
    const held = await this.#keys.keys(role);
    for (const { publicKey } of allowed) {
      const key = held.find((each) => each.publicKey === publicKey);
      if (key !== undefined) return key;
    }
    throw noKey(role);
  }

  /** @throws GataError `not-found` when none of the roots' private keys is here. */
  async #rootKeys(roots: readonly string[]): Promise<SigningKey[]> {
    const held = (await this.#keys.keys('root')).filter((key) => roots.includes(key.publicKey));
    if (held.length === 0) throw noKey('root');
    return held;
  }

  async #publishKeys(
    { roots, keys }: Pick<KeyList, 'roots' | 'keys'>,
    signers?: readonly SigningKey[],
  ): Promise<void> {
    const chain = await this.#published.keys();
    const before = chain?.lists.at(-1)?.payload;
    const now = this.#at(0);
    const payload = keyListSchema.parse({
      type: 'keys',
      version: 1,
      sequence: (before?.sequence ?? 0) + 1,
      issuedAt: now,
      roots,
      keys,
    });
    const by = signers ?? (await this.#rootKeys(roots));
    const signed = { payload, signatures: by.map((key) => signatureOf(key, payload)) };
    // The first list stays: from it on, a node finds its way whichever of the roots it pins.
    const next = { lists: withoutDetours([], [...(chain?.lists ?? []), signed]) };
    // What nodes would refuse to read is not published.
    parseKeyListChain(canonicalText(next));
    await this.#published.publishKeys(next);
  }

  async #publishRevocations({ models, keys }: Pick<RevocationList, 'models' | 'keys'>): Promise<void> {
    const before = await this.#published.revocations();
    // One moment for both ends: a lifetime a millisecond longer than promised would be refused by every node.
    const now = this.#clock.now().getTime();
    const payload = revocationListSchema.parse({
      type: 'revocations',
      version: 1,
      sequence: (before?.payload.sequence ?? 0) + 1,
      issuedAt: this.#at(0, now),
      expiresAt: this.#at(this.#revocationDays, now),
      models,
      keys,
    });
    const key = await this.#signer('revocations');
    await this.#published.publishRevocations({ payload, signatures: [signatureOf(key, payload)] });
  }

  #listed(role: Role, { publicKey }: SigningKey): CatalogueKey {
    return { publicKey, role, validFrom: this.#at(0), validUntil: this.#at(this.#keyDays) };
  }

  /** The moment that many days from now. */
  #at(days: number, nowMs = this.#clock.now().getTime()): string {
    return new Date(nowMs + days * DAY_MS).toISOString();
  }
}

function signatureOf(key: SigningKey, payload: Parameters<typeof signedBytes>[0]) {
  return { keyId: key.keyId, signature: key.sign(signedBytes(payload)) };
}

function noKey(role: KeyRole): GataError {
  return new GataError(
    'not-found',
    `There is no private key for "${role}" here that the key list allows to sign now. Name the folder with --keys, or rotate the key.`,
  );
}
