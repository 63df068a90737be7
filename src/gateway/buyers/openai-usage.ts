import { z } from 'zod';
import type { TaskOutput } from '../../shared/task.ts';
import { usageOf } from '../../shared/task-usage.ts';

export const openAIUsageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});
export type OpenAIUsage = z.infer<typeof openAIUsageSchema>;

export function openAIUsage(output: TaskOutput): OpenAIUsage {
  const { promptTokens, completionTokens } = usageOf(output);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
