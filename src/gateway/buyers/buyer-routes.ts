import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { jobIdSchema } from '../../shared/job-protocol.ts';
import type { TaskInput, TaskOutput } from '../../shared/task.ts';
import { bearerToken } from '../bearer-token.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import type { ModelCatalogue } from '../nodes/model-catalogue.ts';
import type { JobEndpoint } from '../store/database-schema.ts';
import type { DiskSpace } from '../store/disk-space.ts';
import type { BuyerCredit } from '../vouchers/buyer-credit.ts';
import type { BuyerKeys } from './buyer-keys.ts';
import {
  chatCompletion,
  chatCompletionChunks,
  chatCompletionRequestSchema,
  chatCompletionSchema,
  chatInput,
} from './chat-completions.ts';
import {
  completion,
  completionChunks,
  completionInput,
  completionRequestSchema,
  completionSchema,
} from './completions.ts';
import { embeddingInput, embeddingList, embeddingListSchema, embeddingRequestSchema } from './embeddings.ts';
import { streamGeneration } from './generation-stream.ts';
import {
  imageClassification,
  imageClassificationInput,
  imageClassificationRequestSchema,
  imageClassificationSchema,
} from './image-classifications.ts';
import { jobView, jobViewSchema } from './job-view.ts';
import { modelList, modelListSchema } from './models.ts';
import { onnxRun, onnxRunInput, onnxRunRequestSchema, onnxRunSchema } from './onnx-runs.ts';

export interface BuyerRoutesParts {
  readonly keys: BuyerKeys;
  readonly catalogue: ModelCatalogue;
  readonly dispatcher: Dispatcher;
  readonly disk: DiskSpace;
  readonly credit: BuyerCredit;
}

const security = [{ apiKey: [] }];
const headers = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The same key is the same job: a repeated call gets the same result.'),
});
const documented = <Body extends z.ZodType, Answer extends z.ZodType>(body: Body, answer: Answer) => ({
  tags: ['buyers'],
  security,
  headers,
  body,
  response: { 200: answer, default: errorBodySchema },
});

/** The buyers' API. Every call is one job; the header `x-gata-job-id` names it. */
export const buyerRoutes =
  ({ keys, catalogue, dispatcher, disk, credit }: BuyerRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.decorateRequest('buyerId', '');
    app.addHook('onRequest', async (request) => {
      request.buyerId = await keys.authenticate(bearerToken(request.headers.authorization));
    });

    app.get(
      '/v1/models',
      { schema: { tags: ['buyers'], security, response: { 200: modelListSchema } } },
      async () => modelList(catalogue.models()),
    );

    app.post(
      '/v1/chat/completions',
      { schema: documented(chatCompletionRequestSchema, chatCompletionSchema) },
      async (request, reply) => {
        const { body } = request;
        const job = await submit(request, reply, 'chat.completions', body.model, chatInput(body));
        if (body.stream !== true) return chatCompletion(job, await outputOf(job, 'text.generate'));
        const includeUsage = body.stream_options?.include_usage === true;
        await streamGeneration(reply, job, chatCompletionChunks(job), includeUsage);
        return reply;
      },
    );

    app.post(
      '/v1/completions',
      { schema: documented(completionRequestSchema, completionSchema) },
      async (request, reply) => {
        const { body } = request;
        const job = await submit(request, reply, 'completions', body.model, completionInput(body));
        if (body.stream !== true) return completion(job, await outputOf(job, 'text.generate'));
        const includeUsage = body.stream_options?.include_usage === true;
        await streamGeneration(reply, job, completionChunks(job), includeUsage);
        return reply;
      },
    );

    app.post(
      '/v1/embeddings',
      { schema: documented(embeddingRequestSchema, embeddingListSchema) },
      async (request, reply) => {
        const { body } = request;
        const job = await submit(request, reply, 'embeddings', body.model, embeddingInput(body));
        return embeddingList(job, await outputOf(job, 'embedding'), body.encoding_format ?? 'float');
      },
    );

    app.post(
      '/v1/onnx/runs',
      { schema: documented(onnxRunRequestSchema, onnxRunSchema) },
      async (request, reply) => {
        const { body } = request;
        const job = await submit(request, reply, 'onnx.runs', body.model, onnxRunInput(body));
        return onnxRun(job, await outputOf(job, 'onnx.run'));
      },
    );

    app.post(
      '/v1/images/classifications',
      { schema: documented(imageClassificationRequestSchema, imageClassificationSchema) },
      async (request, reply) => {
        const { body } = request;
        const input = imageClassificationInput(body);
        const job = await submit(request, reply, 'images.classifications', body.model, input);
        return imageClassification(job, await outputOf(job, 'image.classify'));
      },
    );

    app.get(
      '/v1/jobs/:id',
      {
        schema: {
          tags: ['buyers'],
          security,
          params: z.object({ id: jobIdSchema }),
          response: { 200: jobViewSchema, default: errorBodySchema },
        },
      },
      async (request) => {
        const found = await dispatcher.find(request.buyerId, request.params.id);
        if (found === undefined) throw new GataError('not-found', 'You have no job of this id.');
        return await jobView(found.row, found.handle);
      },
    );

    async function submit(
      request: FastifyRequest,
      reply: FastifyReply,
      endpoint: JobEndpoint,
      modelId: string,
      input: TaskInput,
    ): Promise<JobHandle> {
      const model = catalogue.byId(modelId);
      if (model === undefined) {
        throw new GataError('unknown-model', `There is no model "${modelId}". GET /v1/models lists them.`, {
          param: 'model',
        });
      }
      if (!model.manifest.tasks.includes(input.kind)) {
        throw new GataError('unsupported-task', `The model "${modelId}" does not do ${input.kind}.`, {
          param: 'model',
        });
      }
      await credit.require(request.buyerId);
      await disk.ensureRoom();
      const idempotencyKey = headers.parse(request.headers)['idempotency-key'];
      const job = await dispatcher.submit({
        buyerId: request.buyerId,
        endpoint,
        model: { id: modelId, digest: model.digest },
        input,
        idempotencyKey,
      });
      reply.header('x-gata-job-id', job.facts.id);
      // With a key the buyer can come back for the result; without one nobody can.
      if (idempotencyKey === undefined) {
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) dispatcher.cancel(job.facts.id);
        });
      }
      return job;
    }
  };

type OutputOf<Kind extends TaskOutput['kind']> = Extract<TaskOutput, { kind: Kind }>;

/** @throws GataError the job's failure. */
async function outputOf<Kind extends TaskOutput['kind']>(
  job: JobHandle,
  kind: Kind,
): Promise<OutputOf<Kind>> {
  const outcome = await job.outcome;
  if (outcome.state !== 'finished') throw outcome.error;
  if (!isKind(outcome.output, kind))
    throw new Error(`The job's output is ${outcome.output.kind}, not ${kind}.`);
  return outcome.output;
}

function isKind<Kind extends TaskOutput['kind']>(output: TaskOutput, kind: Kind): output is OutputOf<Kind> {
  return output.kind === kind;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the buyers' routes once the API key is known to be good. */
    buyerId: string;
  }
}
