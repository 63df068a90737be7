import type { JobHandle } from '../dispatch/job-handle.ts';

/** What every answer about a job has, under OpenAI's names. */
export function responseFacts({ facts }: JobHandle, idPrefix: string) {
  return {
    id: `${idPrefix}-${facts.id.replaceAll('-', '')}`,
    created: Math.floor(facts.createdAt.getTime() / 1000),
    model: facts.modelId,
  };
}
