/**
 * Share of a step that a first-order low-pass of this time constant has followed after `seconds`: exact for any
 * spacing of the samples, 0 for a clock that stands or goes back.
 */
export function followed(seconds: number, timeConstantSeconds: number): number {
  return seconds <= 0 ? 0 : 1 - Math.exp(-seconds / timeConstantSeconds);
}

/** `from`, a share of the way to `to`. */
export function towards(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
