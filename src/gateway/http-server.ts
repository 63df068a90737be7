import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { ErrorCode } from '../shared/error-codes.ts';
import { GataError } from '../shared/gata-error.ts';
import { storeFailure } from './store/store-failure.ts';

/** Base64 of an input of the largest size that travels, and the JSON around it. */
const BODY_BYTES_LIMIT = 96 * 1024 * 1024;

/** What is still open this long after the last answer was ended is nobody's. */
const CLOSE_GRACE_MS = 1000;

export interface HttpServerOptions {
  readonly version: string;
  /** Per API key, or per address where there is none. */
  readonly requestsPerMinute: number;
  readonly log: Logger;
}

/** Lets the answers under way end, then the connections that have none, such as one that never sent a request. */
export async function closeHttpServer(app: Pick<FastifyInstance, 'close' | 'server'>): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
  await app.close();
  clearTimeout(timer);
}

/** The server both halves of the HTTP API are registered on: limits, headers, errors, OpenAPI. */
export async function createHttpServer(options: HttpServerOptions) {
  const app = fastify({
    bodyLimit: BODY_BYTES_LIMIT,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    requestTimeout: 120_000,
    routerOptions: { maxParamLength: 128 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Answers are made by typed code; schemas of them are for the document and the compiler.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler<FastifyError>((thrown, request, reply) => {
    const error = toGataError(thrown);
    if (error.status >= 500 && error.code === 'internal-error') {
      options.log.error({ err: thrown, route: request.routeOptions.url }, 'a request failed');
    }
    if (error.code === 'no-capacity') reply.header('retry-after', '10');
    return reply.code(error.status).send(error.toBody());
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new GataError(
      'not-found',
      `There is no ${request.method} ${request.url.split('?', 1)[0]}.`,
    );
    return reply.code(error.status).send(error.toBody());
  });
  await app.register(helmet);
  await app.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: '1 minute',
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
    errorResponseBuilder: (_request, { after }) =>
      new GataError('rate-limited', `Too many requests. Try again in ${after}.`),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Gata gateway', version: options.version },
      tags: [
        { name: 'buyers', description: "OpenAI-compatible inference, and Gata's own calls." },
        { name: 'nodes', description: 'The HTTPS half of the job protocol.' },
        { name: 'rewards', description: 'What nodes earned, and where it goes.' },
        { name: 'catalogue', description: 'The signed model catalogue.' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer' },
          nodeToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  return app;
}

/** @throws GataError `port-in-use`. */
export async function listen(app: Pick<FastifyInstance, 'listen'>, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new GataError('port-in-use', `Port ${port} is taken. Choose another with --port.`, {
        cause: error,
      });
    }
    throw error;
  }
}

const CODES_OF_FASTIFY: Record<string, readonly [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed-json', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'The body is empty. Send a JSON object.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', 'The body is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['invalid-request', 'Send the body as application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'The body is not as long as its header says.'],
};

function toGataError(thrown: FastifyError): GataError {
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalidRequest(thrown.validation[0]);
  const known = CODES_OF_FASTIFY[thrown.code];
  if (known !== undefined) return new GataError(known[0], known[1], { cause: thrown });
  return storeFailure(thrown);
}

function invalidRequest(issue: { instancePath: string; message?: string } | undefined): GataError {
  const field = issue?.instancePath.split('/').filter(Boolean).join('.') ?? '';
  const message = issue?.message ?? 'The request is not valid.';
  return field === ''
    ? new GataError('invalid-request', message)
    : new GataError('invalid-request', `${field}: ${message}`, { param: field });
}
