/** What is left until the wallet locks itself, in the unit in which people think of it. Never less than 1. */
export function lockTime(remainingMs: number): {
  readonly unit: 'minute' | 'second';
  readonly value: number;
} {
  const seconds = Math.max(1, Math.ceil(remainingMs / 1000));
  return seconds > 60
    ? { unit: 'minute', value: Math.ceil(seconds / 60) }
    : { unit: 'second', value: seconds };
}
