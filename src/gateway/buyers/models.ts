import { z } from 'zod';
import { taskKindSchema } from '../../shared/task.ts';
import type { CatalogueModel } from '../nodes/model-catalogue.ts';

/** `GET /v1/models` as OpenAI defines it, with what we know beyond. */
export const modelListSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('model'),
      created: z.int(),
      owned_by: z.string(),
      name: z.string(),
      description: z.string(),
      demo: z.boolean(),
      tasks: z.array(taskKindSchema),
      context_tokens: z.int().nullable(),
      digest: z.string(),
    }),
  ),
});
export type ModelList = z.infer<typeof modelListSchema>;

export function modelList(models: readonly CatalogueModel[]): ModelList {
  return {
    object: 'list',
    data: models.map(({ digest, manifest }) => ({
      id: manifest.id,
      object: 'model',
      // Bundles carry no date; the field must be there for OpenAI's clients.
      created: 0,
      owned_by: 'gata',
      name: manifest.name,
      description: manifest.description,
      demo: manifest.demo,
      tasks: manifest.tasks,
      context_tokens: manifest.contextTokens ?? null,
      digest,
    })),
  };
}
