import type { Sampling } from '../../shared/task.ts';
import { LargestFirst } from './largest-first.ts';

/**
 * Draws a token from the logits of one position: temperature, then top-k, then top-p, as vLLM and Transformers
 * order them. Pure but for its scratch memory: the same logits and `random` give the same token.
 */
export class Sampler {
  #probabilities = new Float64Array(0);
  #ranking = new Int32Array(0);

  /**
   * @param logits one per token of the vocabulary; -Infinity for a token that must not be drawn.
   * @param random uniform in [0, 1).
   * @throws RangeError when no logit is finite.
   */
  sample(
    logits: Float32Array,
    { temperature, topK, topP }: Pick<Sampling, 'temperature' | 'topK' | 'topP'>,
    random: number,
  ): number {
    const best = indexOfLargest(logits);
    if (temperature === 0 || topK === 1) return best;
    const total = this.#exponentiate(logits, logits[best] ?? 0, temperature);
    const keepsAll = topP >= 1 && (topK === 0 || topK >= logits.length);
    if (keepsAll) return this.#drawFromAll(logits.length, random * total, best);
    return this.#drawFromTop(logits.length, total, topK, topP, random);
  }

  /** Fills the scratch with exp((logit - largest) / temperature) and returns its sum. */
  #exponentiate(logits: Float32Array, largest: number, temperature: number): number {
    if (this.#probabilities.length < logits.length) {
      this.#probabilities = new Float64Array(logits.length);
      this.#ranking = new Int32Array(logits.length);
    }
    const probabilities = this.#probabilities;
    let total = 0;
    for (let token = 0; token < logits.length; token++) {
      const weight = Math.exp(((logits[token] ?? 0) - largest) / temperature);
      probabilities[token] = weight;
      total += weight;
    }
    return total;
  }

  #drawFromAll(length: number, target: number, fallback: number): number {
    let sum = 0;
    for (let token = 0; token < length; token++) {
      sum += this.#probabilities[token] ?? 0;
      if (sum > target) return token;
    }
    // Rounding can leave the sum a hair below the target.
    return fallback;
  }

  #drawFromTop(length: number, total: number, topK: number, topP: number, random: number): number {
    const weights = this.#probabilities;
    const limit = topK > 0 ? Math.min(topK, length) : length;
    // Tokens below this weight sum to less than 1 - topP, so none of them is in the nucleus.
    const floor = limit < length ? 0 : (total * (1 - topP)) / length;
    const ranked = new LargestFirst(weights, this.#ranking, length, floor);
    const candidates: number[] = [];
    let sum = 0;
    // With a top-k the nucleus is taken of what it keeps, so its sum must be known first.
    const enough = limit < length ? Number.POSITIVE_INFINITY : topP * total;
    while (candidates.length < limit && sum < enough) {
      const token = ranked.take();
      if (token < 0) break;
      candidates.push(token);
      sum += weights[token] ?? 0;
    }
    return this.#drawFrom(candidates, limit < length ? topP * sum : enough, random);
  }

  /** Draws from the first of the candidates whose weights reach `nucleus`, at least one. */
  #drawFrom(candidates: readonly number[], nucleus: number, random: number): number {
    const weights = this.#probabilities;
    let sum = 0;
    let count = 0;
    while (count < candidates.length && (count === 0 || sum < nucleus)) {
      sum += weights[candidates[count] ?? 0] ?? 0;
      count++;
    }
    const target = random * sum;
    let drawn = 0;
    for (let index = 0; index < count; index++) {
      drawn += weights[candidates[index] ?? 0] ?? 0;
      if (drawn > target) return candidates[index] ?? 0;
    }
    return candidates[0] ?? 0;
  }
}

function indexOfLargest(logits: Float32Array): number {
  let best = -1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] ?? 0;
    if (logit > largest) {
      largest = logit;
      best = token;
    }
  }
  if (best < 0 || largest === Number.POSITIVE_INFINITY)
    throw new RangeError('The model gave no finite logits.');
  return best;
}
