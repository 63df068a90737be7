import type { ErrorCode } from '../../shared/error-codes.ts';

/** Failures of this node, after which another may succeed; all others are the input's or the model's. */
const RETRYABLE = new Set<ErrorCode>([
  'worker-crashed',
  'worker-killed',
  'worker-protocol-violation',
  'gpu-memory-exceeded',
  'sandbox-unavailable',
  'corrupt-bundle',
  // Another node may know more of the catalogue.
  'model-not-admitted',
  'disk-full',
  'data-folder-unusable',
  'gateway-unreachable',
  'no-capacity',
  'shutting-down',
  'cancelled',
  'internal-error',
]);

export function isRetryable(code: ErrorCode): boolean {
  return RETRYABLE.has(code);
}
