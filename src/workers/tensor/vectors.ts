/** The mean of the rows of `size` values. */
export function meanOfRows(values: Float32Array, size: number): Float32Array {
  const rows = values.length / size;
  const sums = new Float64Array(size);
  for (let at = 0; at < values.length; at++) sums[at % size] = (sums[at % size] ?? 0) + (values[at] ?? 0);
  return Float32Array.from(sums, (sum) => sum / rows);
}

/** The vector scaled to length 1; a zero vector stays. */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Probabilities of logits. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
