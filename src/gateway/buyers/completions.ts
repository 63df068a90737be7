import { z } from 'zod';
import type { TextGenerateInput, TextGenerateOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { only, unsupported } from './only.ts';
import { openAIUsage, openAIUsageSchema } from './openai-usage.ts';
import { responseFacts } from './response-facts.ts';
import { samplingFields, samplingOf } from './sampling-fields.ts';

/** OpenAI's default for this call; chat completions have none. */
const DEFAULT_MAX_TOKENS = 16;

const promptText = z.string({ error: 'must be a string; tokens are not supported' }).max(1_000_000);

/** `POST /v1/completions` as OpenAI defines it, with one prompt. */
export const completionRequestSchema = z.object({
  ...samplingFields,
  prompt: z.union([promptText, z.array(promptText).length(1, 'only one prompt per request is supported')]),
  best_of: only(1),
  echo: only(false),
  logprobs: only(0),
  suffix: unsupported(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;

export const completionSchema = z.object({
  id: z.string(),
  object: z.literal('text_completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      text: z.string(),
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  usage: openAIUsageSchema,
});
export type Completion = z.infer<typeof completionSchema>;

export function completionInput(request: CompletionRequest): TextGenerateInput {
  const { prompt } = request;
  return {
    kind: 'text.generate',
    prompt: { text: typeof prompt === 'string' ? prompt : prompt.join('') },
    sampling: samplingOf({ ...request, max_tokens: request.max_tokens ?? DEFAULT_MAX_TOKENS }),
  };
}

export function completion(job: JobHandle, output: TextGenerateOutput): Completion {
  return {
    ...responseFacts(job, 'cmpl'),
    object: 'text_completion',
    choices: [{ index: 0, text: output.text, logprobs: null, finish_reason: output.finishReason }],
    usage: openAIUsage(output),
  };
}

/** The same as a stream: each piece an object of its own. */
export function completionChunks(job: JobHandle) {
  const facts = { ...responseFacts(job, 'cmpl'), object: 'text_completion' as const };
  const chunk = (text: string, finishReason: string | null) => ({
    ...facts,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
  });
  return {
    start: () => undefined,
    piece: (text: string) => chunk(text, null),
    end: (output: TextGenerateOutput) => chunk('', output.finishReason),
    usage: (output: TextGenerateOutput) => ({ ...facts, choices: [], usage: openAIUsage(output) }),
  };
}
