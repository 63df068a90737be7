import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GenerationAssembly } from '../../../src/gateway/dispatch/generation-assembly.ts';

const pieces = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 20 });

function chunksOf(texts: readonly string[]) {
  let textOffset = 0;
  return texts.map((text, tokenOffset) => {
    const chunk = { tokenOffset, tokens: [tokenOffset + 100], textOffset, text };
    textOffset += text.length;
    return chunk;
  });
}

describe('a generation put together from pieces', () => {
  it('is always a prefix of the whole, whatever is lost, repeated or reordered, and only grows', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(), { maxLength: 60 }), (texts, order) => {
        const chunks = chunksOf(texts);
        const whole = { tokens: chunks.flatMap((chunk) => chunk.tokens), text: texts.join('') };
        const assembly = new GenerationAssembly();
        let length = 0;
        for (const index of order) {
          const chunk = chunks[index % chunks.length];
          if (chunk !== undefined) assembly.append(chunk);
          const { tokens, text } = assembly.progress();
          expect(whole.text.startsWith(text)).toBe(true);
          expect(whole.tokens.slice(0, tokens.length)).toEqual(tokens);
          expect(text.length).toBeGreaterThanOrEqual(length);
          length = text.length;
        }
        expect(assembly.extend(whole)).toBe(true);
        expect(assembly.progress()).toEqual(whole);
      }),
    );
  });

  it('is the whole when every piece came in order', () => {
    fc.assert(
      fc.property(pieces, (texts) => {
        const assembly = new GenerationAssembly();
        for (const chunk of chunksOf(texts)) assembly.append(chunk);
        expect(assembly.text).toBe(texts.join(''));
      }),
    );
  });

  it('continues from what another node reached', () => {
    const assembly = new GenerationAssembly({ tokens: [1, 2], text: 'ab' });
    expect(assembly.append({ tokenOffset: 2, tokens: [3], textOffset: 2, text: 'c' })).toBe(true);
    expect(assembly.progress()).toEqual({ tokens: [1, 2, 3], text: 'abc' });
  });

  it('takes text that lagged behind its tokens', () => {
    const assembly = new GenerationAssembly();
    assembly.append({ tokenOffset: 0, tokens: [1], textOffset: 0, text: '' });
    assembly.append({ tokenOffset: 1, tokens: [2], textOffset: 0, text: 'é' });
    expect(assembly.progress()).toEqual({ tokens: [1, 2], text: 'é' });
  });

  it('refuses another generation than the one it has', () => {
    const assembly = new GenerationAssembly({ tokens: [1, 2], text: 'ab' });
    expect(assembly.extend({ tokens: [1, 9, 3], text: 'axc' })).toBe(false);
    expect(assembly.extend({ tokens: [1], text: 'a' })).toBe(false);
    expect(assembly.text).toBe('ab');
  });
});
