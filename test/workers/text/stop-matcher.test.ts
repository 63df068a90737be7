import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopMatcher } from '../../../src/workers/text/stop-matcher.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
  maxLength: 3,
});

describe('StopMatcher', () => {
  it('gives out the text before the stop string that is complete first, character by character', () => {
    fc.assert(
      fc.property(text, stops, (whole, stopStrings) => {
        const matcher = new StopMatcher(stopStrings);
        let given = '';
        for (const character of whole) {
          matcher.push(character, true);
          expect(matcher.text.startsWith(given)).toBe(true);
          given = matcher.text;
        }
        matcher.finish();
        const ends = stopStrings
          .filter((stop) => whole.includes(stop))
          .map((stop) => whole.indexOf(stop) + stop.length);
        const firstEnd = Math.min(...ends);
        expect(matcher.stopped).toBe(ends.length > 0);
        const begins = stopStrings
          .map((stop) => whole.slice(0, firstEnd).indexOf(stop))
          .filter((begin) => begin >= 0);
        expect(matcher.text).toBe(ends.length > 0 ? whole.slice(0, Math.min(...begins)) : whole);
      }),
    );
  });

  it('holds back what a stop string may begin with until it is clear', () => {
    const matcher = new StopMatcher(['END']);
    matcher.push('the E', true);
    expect(matcher.text).toBe('the ');
    matcher.push('ar', true);
    expect(matcher.text).toBe('the Ear');
  });

  it('lets stop strings pass while they are not accepted yet', () => {
    const matcher = new StopMatcher(['x']);
    matcher.push('ax', false);
    matcher.push('bx', true);
    expect(matcher.text).toBe('axb');
    expect(matcher.stopped).toBe(true);
  });
});
