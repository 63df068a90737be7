import type { ErrorCode } from '../../shared/error-codes.ts';
import type { UpMessage } from '../../shared/job-protocol.ts';
import type { StoredError } from '../store/database-schema.ts';

/** What a node may tell a buyer; it has no say about keys, limits or the gateway itself. */
const CODES_OF_NODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid-request',
  'invalid-tensor',
  'invalid-image',
  'context-length-exceeded',
  'payload-too-large',
  'unsupported-task',
  'corrupt-bundle',
  'model-load-failed',
  'model-not-admitted',
  'model-refused',
  'worker-crashed',
  'worker-killed',
  'worker-protocol-violation',
  'gpu-memory-exceeded',
  'sandbox-unavailable',
  'job-timeout',
]);

export function errorFromNode(error: Extract<UpMessage, { type: 'failed' }>['error']): StoredError {
  if (CODES_OF_NODES.has(error.code)) return error;
  return { code: 'internal-error', message: 'The node that ran the job failed.', param: null };
}

export const BAD_OUTPUT: StoredError = {
  code: 'worker-protocol-violation',
  message: 'The node that ran the job returned something that is no result of it.',
  param: null,
};
