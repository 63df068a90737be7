import type { ErrorCode } from '../shared/error-codes.ts';

/** Exit codes of the agent, for whoever starts it. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  'invalid-request': 2,
  'already-running': 3,
  'port-in-use': 4,
  'data-folder-unusable': 5,
  'disk-full': 6,
};

export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code] ?? 1;
}
