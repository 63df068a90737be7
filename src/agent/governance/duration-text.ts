const UNITS = [
  [86_400n, 'day'],
  [3600n, 'hour'],
  [60n, 'minute'],
  [1n, 'second'],
] as const;

/** Exact, in the largest unit that fits: `5 days`, `90 minutes`. */
export function durationText(seconds: bigint): string {
  const [size, name] = UNITS.find(([each]) => seconds >= each && seconds % each === 0n) ?? [1n, 'second'];
  const count = seconds / size;
  return `${count} ${name}${count === 1n ? '' : 's'}`;
}
