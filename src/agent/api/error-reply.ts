import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';

/** What the errors of Fastify and its file server tell; those of `http-errors` have no code. */
const describedErrorSchema = z.object({
  code: z.string().optional(),
  statusCode: z.int().optional(),
  message: z.string(),
});

/** The error to answer with for whatever a route or Fastify itself threw. */
export function asApiError(error: unknown, bodyLimitBytes: number): GataError {
  if (error instanceof GataError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issue = error.validation[0];
    const param = issue?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    const message = issue?.message ?? 'The request is not valid.';
    return new GataError('invalid-request', param === '' ? message : `${param}: ${message}`, {
      cause: error,
      ...(param === '' ? {} : { param }),
    });
  }
  const { code, statusCode, message } = describedErrorSchema.safeParse(error).data ?? {};
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new GataError('payload-too-large', `The body is over ${bodyLimitBytes} bytes.`, {
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new GataError('malformed-json', 'The body is not valid JSON.', { cause: error });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new GataError('invalid-request', 'Send the body as "Content-Type: application/json".', {
        cause: error,
      });
  }
  if (statusCode === 403 || statusCode === 404) {
    return new GataError('not-found', 'There is no such file.', { cause: error });
  }
  const isClients = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isClients
    ? new GataError('invalid-request', message ?? 'The request is not valid.', { cause: error })
    : GataError.from(error);
}
