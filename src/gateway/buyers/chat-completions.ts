import { z } from 'zod';
import type { ChatMessage, TextGenerateInput, TextGenerateOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { only, unsupported } from './only.ts';
import { openAIUsage, openAIUsageSchema } from './openai-usage.ts';
import { responseFacts } from './response-facts.ts';
import { samplingFields, samplingOf } from './sampling-fields.ts';

const textPartsSchema = z.array(
  z.object({ type: z.literal('text', { error: 'only text is supported' }), text: z.string().max(1_000_000) }),
);

const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string().max(1_000_000), textPartsSchema]),
});

/** `POST /v1/chat/completions` as OpenAI defines it; fields that change nothing here are ignored. */
export const chatCompletionRequestSchema = z.object({
  ...samplingFields,
  messages: z.array(messageSchema).min(1).max(1024),
  max_completion_tokens: samplingFields.max_tokens,
  logprobs: only(false),
  top_logprobs: only(0),
  tools: unsupported(),
  tool_choice: z.enum(['none', 'auto'], { error: 'tools are not supported' }).nullish(),
  functions: unsupported(),
  function_call: only('none'),
  response_format: z.object({ type: z.literal('text', { error: 'only "text" is supported' }) }).nullish(),
  modalities: z.array(z.literal('text', { error: 'only text is supported' })).nullish(),
  audio: unsupported(),
});
export type ChatCompletionRequest = z.infer<typeof chatCompletionRequestSchema>;

const finishReasonSchema = z.enum(['stop', 'length']);

export const chatCompletionSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: finishReasonSchema,
    }),
  ),
  usage: openAIUsageSchema,
});
export type ChatCompletion = z.infer<typeof chatCompletionSchema>;

export function chatInput(request: ChatCompletionRequest): TextGenerateInput {
  return {
    kind: 'text.generate',
    prompt: { messages: request.messages.map(toMessage) },
    sampling: samplingOf({ ...request, max_tokens: request.max_completion_tokens ?? request.max_tokens }),
  };
}

function toMessage({ role, content }: ChatCompletionRequest['messages'][number]): ChatMessage {
  return {
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
  };
}

export function chatCompletion(job: JobHandle, output: TextGenerateOutput): ChatCompletion {
  return {
    ...responseFacts(job, 'chatcmpl'),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: output.text, refusal: null },
        logprobs: null,
        finish_reason: output.finishReason,
      },
    ],
    usage: openAIUsage(output),
  };
}

/** The same as a stream: OpenAI's `chat.completion.chunk` objects. */
export function chatCompletionChunks(job: JobHandle) {
  const facts = { ...responseFacts(job, 'chatcmpl'), object: 'chat.completion.chunk' as const };
  const chunk = (delta: object, finishReason: string | null) => ({
    ...facts,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  });
  return {
    start: () => chunk({ role: 'assistant', content: '' }, null),
    piece: (text: string) => chunk({ content: text }, null),
    end: (output: TextGenerateOutput) => chunk({}, output.finishReason),
    usage: (output: TextGenerateOutput) => ({ ...facts, choices: [], usage: openAIUsage(output) }),
  };
}
