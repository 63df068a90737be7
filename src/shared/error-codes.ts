import { z } from 'zod';

/**
 * Every error a person or a program can meet, by a code that can be searched for,
 * with the HTTP status that carries it.
 */
export const ERROR_STATUS = {
  'invalid-request': 400,
  'malformed-json': 400,
  'invalid-tensor': 400,
  'context-length-exceeded': 400,
  'invalid-settings': 400,
  'invalid-image': 400,
  'invalid-words': 400,
  'weak-password': 400,
  unauthorized: 401,
  'credit-exhausted': 402,
  forbidden: 403,
  'wrong-password': 403,
  'foreign-origin': 403,
  'unknown-host': 403,
  'not-found': 404,
  'unknown-model': 404,
  conflict: 409,
  'network-not-configured': 409,
  'payload-too-large': 413,
  'unsupported-task': 422,
  'corrupt-bundle': 422,
  'model-load-failed': 422,
  'model-not-admitted': 422,
  'model-refused': 422,
  'model-quarantined': 422,
  'corrupt-library': 422,
  'library-refused': 422,
  'wallet-damaged': 422,
  'signing-refused': 422,
  'transaction-refused': 422,
  'wallet-locked': 423,
  'rate-limited': 429,
  cancelled: 499,
  'internal-error': 500,
  'worker-crashed': 500,
  'worker-killed': 500,
  'worker-protocol-violation': 500,
  'gpu-memory-exceeded': 500,
  'gateway-unreachable': 502,
  'agent-unreachable': 502,
  'model-source-unreachable': 502,
  'library-source-unreachable': 502,
  'gpu-helper-failed': 502,
  'chain-unreachable': 502,
  'chain-disagrees': 502,
  'wrong-chain': 502,
  'no-capacity': 503,
  'sandbox-unavailable': 503,
  'signer-unavailable': 503,
  'shutting-down': 503,
  'job-timeout': 504,
  'disk-full': 507,
  'port-in-use': 500,
  'already-running': 500,
  'settings-damaged': 500,
  'data-folder-unusable': 500,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

export const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/**
 * The error body of both HTTP APIs. Its shape is OpenAI's, so that clients written for
 * OpenAI's API show our message and code.
 */
export const errorBodySchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: errorCodeSchema,
    param: z.string().nullable(),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
