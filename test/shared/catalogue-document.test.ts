import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canonicalText,
  isSignedBy,
  keyIdOf,
  parseKeyListChain,
  parseModelEntry,
  parseRevocationList,
} from '../../src/shared/catalogue-document.ts';
import { CatalogueFault } from '../../src/shared/catalogue-fault.ts';
import { checkEntrySignature, checkRevocations, followKeyLists } from '../../src/shared/catalogue-trust.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestCatalogue } from '../support/test-catalogue.ts';

/** RFC 8032, section 7.1, test 2. */
const RFC_PUBLIC_KEY = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let root: string;
let texts: { readonly keys: string; readonly revocations: string; readonly entry: string };
let nowMs: number;

beforeAll(async () => {
  const catalogue = new TestCatalogue(folder.path);
  root = await catalogue.office.init();
  const model = await catalogue.model('small');
  await catalogue.office.sign([model.folder]);
  const text = async (document: 'keys' | 'revocations' | 'entry') =>
    (await catalogue.published.text(document, model.digest)) ?? '';
  texts = { keys: await text('keys'), revocations: await text('revocations'), entry: await text('entry') };
  nowMs = catalogue.clock.now().getTime();
});

/** Reads and checks all three as a node does. @throws CatalogueFault */
function believe({ keys, revocations, entry }: typeof texts): string {
  const trust = followKeyLists([root], parseKeyListChain(keys));
  const revoked = checkRevocations(parseRevocationList(revocations), trust, undefined, nowMs);
  return checkEntrySignature(parseModelEntry(entry), trust, revoked);
}

describe('a document of the catalogue', () => {
  it('is believed as it was signed, and has one text', () => {
    expect(believe(texts)).toMatch(/^[0-9a-f]{16}$/);
    expect(canonicalText(parseModelEntry(texts.entry))).toBe(texts.entry);
    expect(canonicalText(parseRevocationList(texts.revocations))).toBe(texts.revocations);
    expect(canonicalText(parseKeyListChain(texts.keys))).toBe(texts.keys);
  });

  it.each(['keys', 'revocations', 'entry'] as const)('is refused with any byte of %s changed', (name) => {
    const bytes = Buffer.from(texts[name]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        expect(() => believe({ ...texts, [name]: changed.toString('utf8') })).toThrow(CatalogueFault);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['keys', 'revocations', 'entry'] as const)('is refused with %s cut off or added to', (name) => {
    fc.assert(
      fc.property(fc.nat(texts[name].length - 1), (length) => {
        expect(() => believe({ ...texts, [name]: texts[name].slice(0, length) })).toThrow(CatalogueFault);
      }),
      { numRuns: 50 },
    );
    for (const more of [' ', '\n', '{}', '\u0000']) {
      expect(() => believe({ ...texts, [name]: texts[name] + more })).toThrow(CatalogueFault);
    }
  });

  it.each<[string, string, (text: string) => string]>([
    ['malformed', 'no JSON', () => 'model: small'],
    ['malformed', 'another type', (text) => text.replace('"type":"entry"', '"type":"keys"')],
    ['malformed', 'an unknown field', (text) => text.replace('"version":1', '"version":1,"trusted":true')],
    ['malformed', 'another version', (text) => text.replace('"version":1', '"version":2')],
    [
      'malformed',
      'a date that is none',
      (text) => text.replace(/"issuedAt":"[^"]*"/, '"issuedAt":"2026-02-30T00:00:00.000Z"'),
    ],
    [
      'not-canonical',
      'a field given twice',
      (text) => text.replace('"version":1', '"version":2,"version":1'),
    ],
    ['not-canonical', 'spaces', (text) => text.replace('"version":1', '"version": 1')],
    ['not-canonical', 'an escape', (text) => text.replace('"small"', '"\\u0073mall"')],
    [
      'not-canonical',
      'fields in another order',
      (text) =>
        `{"signatures":${JSON.stringify(JSON.parse(text).signatures)},"payload":${JSON.stringify(JSON.parse(text).payload)}}`,
    ],
    ['too-large', 'megabytes', (text) => text.padEnd(17 * 1024)],
  ])('is refused as %s with %s', (code, _what, change) => {
    const changed = change(texts.entry);
    expect(changed).not.toBe(texts.entry);
    expect(() => parseModelEntry(changed)).toThrow(expect.objectContaining({ code }));
  });

  it('is never more than refused, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ payload: value, signatures: [] })),
        ),
        (text) => {
          for (const parse of [parseKeyListChain, parseRevocationList, parseModelEntry]) {
            expect(() => parse(text)).toThrow(CatalogueFault);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a signature', () => {
  it('counts for its key only', () => {
    const entry = parseModelEntry(texts.entry);
    expect(isSignedBy(entry, RFC_PUBLIC_KEY)).toBe(false);
    const [{ signature } = { signature: '' }] = entry.signatures;
    const claimed = { ...entry, signatures: [{ keyId: keyIdOf(RFC_PUBLIC_KEY), signature }] };
    expect(isSignedBy(claimed, RFC_PUBLIC_KEY)).toBe(false);
  });

  it('of a key that is no point of the curve, or one of low order, is no signature', () => {
    const entry = parseModelEntry(texts.entry);
    for (const publicKey of ['f'.repeat(64), '0'.repeat(64), `01${'0'.repeat(62)}`]) {
      const claimed = { ...entry, signatures: [{ keyId: keyIdOf(publicKey), signature: '0'.repeat(128) }] };
      expect(isSignedBy(claimed, publicKey)).toBe(false);
      const identity = { keyId: keyIdOf(publicKey), signature: `01${'0'.repeat(126)}` };
      expect(isSignedBy({ ...entry, signatures: [identity] }, publicKey)).toBe(false);
    }
  });
});
