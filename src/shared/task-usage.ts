import type { TaskOutput } from './task.ts';

export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What a finished job counts as; tasks that read no tokens count as a job alone. */
export function usageOf(output: TaskOutput): TokenUsage {
  switch (output.kind) {
    case 'text.generate':
      return { promptTokens: output.promptTokens, completionTokens: output.tokens.length };
    case 'embedding':
      return { promptTokens: output.promptTokens, completionTokens: 0 };
    case 'image.classify':
    case 'onnx.run':
      return { promptTokens: 0, completionTokens: 0 };
  }
}
