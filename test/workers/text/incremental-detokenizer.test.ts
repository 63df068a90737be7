import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BundleFolder } from '../../../src/workers/model/bundle-folder.ts';
import { IncrementalDetokenizer } from '../../../src/workers/text/incremental-detokenizer.ts';
import { TextTokenizer } from '../../../src/workers/text/text-tokenizer.ts';
import { demoModel } from '../../support/demo-models.ts';

const { folder, manifest } = demoModel('npc-chat');
const tokenizer = await TextTokenizer.read(new BundleFolder(folder, manifest));
const decode = (tokens: readonly number[]): string => tokenizer.decode(tokens);

describe('IncrementalDetokenizer', () => {
  it('gives, put together, the text of the whole sequence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const tokens = tokenizer.encode(text);
        const detokenizer = new IncrementalDetokenizer(decode);
        const pieces = tokens.map((token) => detokenizer.push(token));
        expect(pieces.join('') + detokenizer.finish()).toBe(tokenizer.decode(tokens));
      }),
    );
  });

  it('holds back the bytes of an incomplete character', () => {
    const tokens = tokenizer.encode('a🐉b');
    const detokenizer = new IncrementalDetokenizer(decode);
    const pieces = tokens.map((token) => detokenizer.push(token));
    expect(pieces.filter((piece) => piece !== '')).toEqual(['a', '🐉', 'b']);
  });

  it('gives out bytes that never become a character, rather than hold them back for ever', () => {
    const [firstByte = 0] = tokenizer.encode('🐉');
    const detokenizer = new IncrementalDetokenizer(decode);
    const pieces = Array.from({ length: 40 }, () => detokenizer.push(firstByte));
    expect(pieces.join('').length).toBeGreaterThan(16);
  });
});
