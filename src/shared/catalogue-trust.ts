import { isSignedBy, keyIdOf } from './catalogue-document.ts';
import { CatalogueFault } from './catalogue-fault.ts';
import type {
  CatalogueKey,
  KeyList,
  KeyListChain,
  ModelEntry,
  RevocationList,
  SignedKeyList,
  SignedModelEntry,
  SignedRevocationList,
} from './model-catalogue.ts';
import type { ProviderManifest, SignedProviderManifest } from './provider-manifest.ts';

const DAY_MS = 86_400_000;
/** How far a signer's clock may be ahead of ours. */
const CLOCK_SKEW_MS = DAY_MS;
/** A list that stays fresh for longer would let a gateway hide what was revoked since. */
export const REVOCATIONS_LIFETIME_DAYS = 31;

/** What a node believes of keys: its newest list, and how it got there from the pinned roots. */
export interface KeyTrust {
  readonly list: KeyList;
  /** The lists that changed the roots, and the newest: enough to get there again. */
  readonly chain: KeyListChain;
}

/**
 * Follows a chain of key lists from the pinned roots, or from what is believed already.
 * @throws CatalogueFault `untrusted-root` when the newest list cannot be reached, `rolled-back` when it is older
 * than what is believed, `conflicting` when there are two lists of one sequence.
 */
export function followKeyLists(
  pinnedRoots: readonly string[],
  chain: KeyListChain,
  believed?: KeyTrust,
): KeyTrust {
  const newest = chain.lists.at(-1);
  if (newest === undefined) throw new CatalogueFault('malformed', 'There is no list of catalogue keys.');
  if (believed !== undefined) {
    const known = believed.list.sequence;
    if (newest.payload.sequence < known) {
      throw new CatalogueFault(
        'rolled-back',
        `The list of catalogue keys is number ${newest.payload.sequence}, but number ${known} was seen before.`,
      );
    }
    if (newest.payload.sequence === known) {
      if (JSON.stringify(newest.payload) === JSON.stringify(believed.list)) return believed;
      throw new CatalogueFault('conflicting', `There are two lists of catalogue keys with number ${known}.`);
    }
  }
  let roots: readonly string[] = believed?.list.roots ?? pinnedRoots;
  let sequence = believed?.list.sequence ?? 0;
  const followed: SignedKeyList[] = [];
  for (const signed of chain.lists) {
    // Lists from before the roots that we start with are another's way to them.
    if (signed.payload.sequence <= sequence || !isSuccessor(signed, roots)) continue;
    followed.push(signed);
    ({ roots, sequence } = signed.payload);
  }
  if (followed.at(-1) !== newest) {
    throw new CatalogueFault(
      'untrusted-root',
      `The list of catalogue keys number ${newest.payload.sequence} is not signed by a root that this node trusts.`,
    );
  }
  return {
    list: newest.payload,
    chain: { lists: withoutDetours(pinnedRoots, [...(believed?.chain.lists ?? []), ...followed]) },
  };
}

/** Signed by a root before it, and by every root that it adds: who adds a root shows that its key is there. */
function isSuccessor(signed: SignedKeyList, roots: readonly string[]): boolean {
  const added = signed.payload.roots.filter((root) => !roots.includes(root));
  return roots.some((root) => isSignedBy(signed, root)) && added.every((root) => isSignedBy(signed, root));
}

/** Only the lists that change the roots, and the last. */
export function withoutDetours(
  pinnedRoots: readonly string[],
  lists: readonly SignedKeyList[],
): SignedKeyList[] {
  let roots = sortedText(pinnedRoots);
  return lists.filter((signed, index) => {
    const changed = sortedText(signed.payload.roots) !== roots;
    roots = sortedText(signed.payload.roots);
    return changed || index === lists.length - 1;
  });
}

function sortedText(values: readonly string[]): string {
  return values.toSorted().join(' ');
}

/**
 * Checks a revocation list against the keys and against the list that is believed already. Whether it is still
 * fresh is another question: `isStale`.
 * @throws CatalogueFault `unknown-key`, `wrong-role`, `bad-signature`, `key-not-valid`, `revoked-key`,
 * `from-the-future`, `valid-too-long`, `rolled-back` or `conflicting`.
 */
export function checkRevocations(
  signed: SignedRevocationList,
  { list }: KeyTrust,
  believed: RevocationList | undefined,
  nowMs: number,
): RevocationList {
  const { payload } = signed;
  checkSignature(signed, 'revocations', list, believed);
  checkNotFromTheFuture(payload, nowMs);
  if (lifetimeMs(payload) > REVOCATIONS_LIFETIME_DAYS * DAY_MS) {
    throw new CatalogueFault(
      'valid-too-long',
      `The revocation list claims to be fresh for more than ${REVOCATIONS_LIFETIME_DAYS} days.`,
    );
  }
  checkSequence(payload, believed);
  return payload;
}

/**
 * Checks a list of provider libraries against the keys and against the list that is believed already.
 * @throws CatalogueFault `unknown-key`, `wrong-role`, `bad-signature`, `key-not-valid`, `revoked-key`,
 * `from-the-future`, `rolled-back` or `conflicting`.
 */
export function checkProviderManifest(
  signed: SignedProviderManifest,
  { list }: KeyTrust,
  revocations: RevocationList | undefined,
  believed: ProviderManifest | undefined,
  nowMs: number,
): ProviderManifest {
  const { payload } = signed;
  checkSignature(signed, 'providers', list, revocations);
  checkNotFromTheFuture(payload, nowMs);
  checkSequence(payload, believed);
  return payload;
}

/** Whether more may have been revoked than the list says. */
export function isStale(list: RevocationList, nowMs: number): boolean {
  return nowMs > Date.parse(list.expiresAt);
}

/**
 * @returns the id of the key that signed the entry.
 * @throws CatalogueFault `unknown-key`, `wrong-role`, `bad-signature`, `key-not-valid` or `revoked-key`.
 */
export function checkEntrySignature(
  signed: SignedModelEntry,
  { list }: KeyTrust,
  revocations: RevocationList | undefined,
): string {
  return checkSignature(signed, 'models', list, revocations);
}

/** @throws CatalogueFault `from-the-future` or `expired`. */
export function checkEntryDates(entry: ModelEntry, nowMs: number): void {
  checkNotFromTheFuture(entry, nowMs);
  if (entry.expiresAt !== null && nowMs > Date.parse(entry.expiresAt)) {
    throw new CatalogueFault('expired', `The model's catalogue entry expired at ${entry.expiresAt}.`);
  }
}

/** @throws CatalogueFault `rolled-back` or `conflicting`. */
function checkSequence<List extends RevocationList | ProviderManifest>(
  payload: List,
  believed: List | undefined,
): void {
  if (believed === undefined) return;
  const name = nameOf(payload);
  if (payload.sequence < believed.sequence) {
    throw new CatalogueFault(
      'rolled-back',
      `${name} is number ${payload.sequence}, but number ${believed.sequence} was seen before.`,
    );
  }
  if (payload.sequence === believed.sequence && JSON.stringify(payload) !== JSON.stringify(believed)) {
    throw new CatalogueFault('conflicting', `${name} has two versions with number ${payload.sequence}.`);
  }
}

/** One good signature is enough; without one, the fault of the first is told. */
function checkSignature(
  signed: SignedRevocationList | SignedModelEntry | SignedProviderManifest,
  role: CatalogueKey['role'],
  list: KeyList,
  revocations: RevocationList | undefined,
): string {
  let first: CatalogueFault | undefined;
  for (const { keyId } of signed.signatures) {
    const fault = faultOfSignature(signed, keyId, role, list, revocations);
    if (fault === undefined) return keyId;
    first ??= fault;
  }
  throw first ?? new CatalogueFault('bad-signature', `${nameOf(signed.payload)} is not signed.`);
}

function faultOfSignature(
  signed: SignedRevocationList | SignedModelEntry | SignedProviderManifest,
  keyId: string,
  role: CatalogueKey['role'],
  list: KeyList,
  revocations: RevocationList | undefined,
): CatalogueFault | undefined {
  const name = nameOf(signed.payload);
  const key = list.keys.find(({ publicKey }) => keyIdOf(publicKey) === keyId);
  if (key === undefined) {
    return new CatalogueFault('unknown-key', `${name} is signed by key ${keyId}, which no root vouches for.`);
  }
  if (key.role !== role) {
    return new CatalogueFault(
      'wrong-role',
      `${name} is signed by key ${keyId}, which may not sign such documents.`,
    );
  }
  const revoked = revocations?.keys.find((each) => each.keyId === keyId);
  if (revoked !== undefined) {
    return new CatalogueFault(
      'revoked-key',
      `${name} is signed by key ${keyId}, which was revoked: ${revoked.reason}`,
    );
  }
  const { issuedAt } = signed.payload;
  if (issuedAt < key.validFrom || issuedAt > key.validUntil) {
    return new CatalogueFault(
      'key-not-valid',
      `${name} was issued at ${issuedAt}, when key ${keyId} was not valid (${key.validFrom} to ${key.validUntil}).`,
    );
  }
  if (!isSignedBy(signed, key.publicKey)) {
    return new CatalogueFault(
      'bad-signature',
      `${name} does not have the signature of key ${keyId} that it claims.`,
    );
  }
  return undefined;
}

function checkNotFromTheFuture(payload: RevocationList | ModelEntry | ProviderManifest, nowMs: number): void {
  if (Date.parse(payload.issuedAt) <= nowMs + CLOCK_SKEW_MS) return;
  throw new CatalogueFault(
    'from-the-future',
    `${nameOf(payload)} is issued in the future, at ${payload.issuedAt}. Check this computer's clock.`,
  );
}

function lifetimeMs({ issuedAt, expiresAt }: RevocationList): number {
  return Date.parse(expiresAt) - Date.parse(issuedAt);
}

function nameOf({ type }: RevocationList | ModelEntry | ProviderManifest): string {
  switch (type) {
    case 'entry':
      return "The model's catalogue entry";
    case 'revocations':
      return 'The revocation list';
    case 'provider-libraries':
      return 'The list of provider libraries';
  }
}
