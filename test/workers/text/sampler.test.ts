import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniformAt } from '../../../src/workers/text/counter-random.ts';
import { Sampler } from '../../../src/workers/text/sampler.ts';

const logitsArbitrary = fc
  // Steps so large that unlike logits have unlike weights.
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values, (value) => value / 64));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** The textbook: sort everything, cut, normalise, walk. */
function expectedToken(
  logits: Float32Array,
  { temperature, topK, topP }: { temperature: number; topK: number; topP: number },
): Set<number> {
  const largest = Math.max(...logits);
  const ranked = [...logits]
    .map((logit, token) => ({ token, weight: Math.exp((logit - largest) / temperature) }))
    .sort((a, b) => b.weight - a.weight || a.token - b.token)
    .slice(0, topK === 0 ? undefined : topK);
  const total = ranked.reduce((sum, { weight }) => sum + weight, 0);
  const kept = new Set<number>();
  let sum = 0;
  for (const { token, weight } of ranked) {
    if (kept.size > 0 && sum >= topP * total * (1 + 1e-9)) break;
    kept.add(token);
    sum += weight;
  }
  return kept;
}

describe('Sampler', () => {
  it('takes the most probable token at temperature 0', () => {
    const logits = Float32Array.from([1, 5, 5, 2]);
    expect(new Sampler().sample(logits, { temperature: 0, topK: 0, topP: 1 }, 0.99)).toBe(1);
  });

  it('draws only from the top-k tokens and their nucleus', () => {
    fc.assert(
      fc.property(
        logitsArbitrary,
        random,
        fc.record({
          temperature: fc.double({ min: 0.1, max: 2, noNaN: true }),
          topK: fc.integer({ min: 0, max: 70 }),
          topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
        }),
        (logits, draw, sampling) => {
          const token = new Sampler().sample(logits, sampling, draw);
          expect(expectedToken(logits, sampling)).toContain(token);
        },
      ),
    );
  });

  it('draws each token as often as its probability says', () => {
    const probabilities = [0.5, 0.3, 0.15, 0.05];
    const logits = Float32Array.from(probabilities, Math.log);
    const sampler = new Sampler();
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 20_000; index++) {
      const token = sampler.sample(logits, { temperature: 1, topK: 0, topP: 1 }, uniformAt(7, index));
      counts[token] = (counts[token] ?? 0) + 1;
    }
    probabilities.forEach((probability, token) => {
      expect((counts[token] ?? 0) / 20_000).toBeCloseTo(probability, 1.5);
    });
  });

  it('never draws a token of logit -Infinity', () => {
    const logits = Float32Array.from([Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]);
    for (const draw of [0, 0.5, 0.999999]) {
      expect(new Sampler().sample(logits, { temperature: 1, topK: 0, topP: 0.9 }, draw)).toBe(1);
    }
  });

  it('refuses logits of which none is finite', () => {
    expect(() =>
      new Sampler().sample(Float32Array.from([Number.NaN]), { temperature: 1, topK: 0, topP: 1 }, 0),
    ).toThrow(RangeError);
  });
});
