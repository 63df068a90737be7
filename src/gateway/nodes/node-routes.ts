import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  BLOB_BYTES_LIMIT,
  challengeRequestSchema,
  challengeSchema,
  modelCatalogueSchema,
  sessionRequestSchema,
  sessionSchema,
} from '../../shared/job-protocol.ts';
import { modelManifestSchema, sha256Schema } from '../../shared/model-manifest.ts';
import { bearerToken } from '../bearer-token.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { DiskSpace } from '../store/disk-space.ts';
import type { NodeStore } from '../store/node-store.ts';
import { parseByteRange } from './byte-range.ts';
import type { Enrolment } from './enrolment.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { NodeTokens } from './node-tokens.ts';

export interface NodeRoutesParts {
  readonly enrolment: Enrolment;
  readonly tokens: NodeTokens;
  readonly nodes: NodeStore;
  readonly catalogue: ModelCatalogue;
  readonly blobs: BlobStore;
  readonly disk: DiskSpace;
  /** Where nodes find the broker. */
  readonly brokerUrl: string;
  readonly clock: Clock;
}

const blobParams = z.object({ sha256: sha256Schema });
const security = [{ nodeToken: [] }];

/** The job protocol's HTTPS half: enrolment, models and blobs. */
export const nodeRoutes =
  (parts: NodeRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { enrolment, tokens, nodes, clock } = parts;

    app.post(
      '/v1/nodes/challenges',
      { schema: { tags: ['nodes'], body: challengeRequestSchema, response: { 200: challengeSchema } } },
      async (request) => enrolment.challenge(request.body.nodeId),
    );

    app.post(
      '/v1/nodes/sessions',
      { schema: { tags: ['nodes'], body: sessionRequestSchema, response: { 200: sessionSchema } } },
      async (request) => {
        enrolment.verify(request.body);
        const { nodeId } = request.body;
        await nodes.enrolled(nodeId, clock.now());
        const { token, expiresAt } = await tokens.issue(nodeId, clock.now());
        return { token, expiresAt: expiresAt.toISOString(), brokerUrl: parts.brokerUrl };
      },
    );

    await app.register(enrolledRoutes(parts));
  };

const enrolledRoutes =
  ({ tokens, catalogue, blobs, disk, clock }: NodeRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook('onRequest', async (request) => {
      const nodeId = await tokens.verify(bearerToken(request.headers.authorization), clock.now());
      if (nodeId === undefined) {
        throw new GataError('unauthorized', 'The session token is not valid or has expired. Enrol again.');
      }
    });
    app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));

    app.get(
      '/v1/nodes/models',
      { schema: { tags: ['nodes'], security, response: { 200: modelCatalogueSchema } } },
      async () => ({ models: catalogue.models() }),
    );

    app.get(
      '/v1/nodes/models/:digest',
      {
        schema: {
          tags: ['nodes'],
          security,
          params: z.object({ digest: sha256Schema }),
          response: { 200: modelManifestSchema },
        },
      },
      async (request) => {
        const model = catalogue.byDigest(request.params.digest);
        if (model === undefined) throw new GataError('unknown-model', 'No model here has this digest.');
        return model.manifest;
      },
    );

    app.get(
      '/v1/nodes/blobs/:sha256',
      { schema: { tags: ['nodes'], security, params: blobParams } },
      async (request, reply) => {
        const { sha256 } = request.params;
        const modelFile = catalogue.file(sha256);
        const totalBytes = modelFile?.bytes ?? (await blobs.size(sha256));
        if (totalBytes === undefined) throw new GataError('not-found', 'There is no blob of this SHA-256.');
        const range = parseByteRange(request.headers.range, totalBytes);
        reply.header('accept-ranges', 'bytes').type('application/octet-stream');
        if (range.type === 'unsatisfiable') {
          return reply.code(416).header('content-range', `bytes */${totalBytes}`).send();
        }
        if (range.type === 'part') {
          reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${totalBytes}`);
        }
        const part = range.type === 'part' ? range : undefined;
        reply.header('content-length', part === undefined ? totalBytes : part.end - part.start + 1);
        return modelFile === undefined ? blobs.stream(sha256, part) : createReadStream(modelFile.file, part);
      },
    );

    app.put(
      '/v1/nodes/blobs/:sha256',
      { bodyLimit: BLOB_BYTES_LIMIT, schema: { tags: ['nodes'], security, params: blobParams } },
      async (request, reply) => {
        if (!(request.body instanceof Readable)) {
          throw new GataError('invalid-request', 'Send the bytes as application/octet-stream.');
        }
        await disk.ensureRoom();
        await blobs.receive(request.params.sha256, request.body);
        return reply.code(204).send();
      },
    );
  };
