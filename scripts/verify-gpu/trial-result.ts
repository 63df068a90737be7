import { z } from 'zod';

const milliseconds = z.number().nonnegative();

/** The chat model's generations, greedy, one per entry. */
const chatResultSchema = z.object({
  loadMs: milliseconds,
  /** The first generation, with what a provider compiles only then. */
  warmUpMs: milliseconds,
  tokens: z.int(),
  runs: z.array(z.object({ firstTokenMs: milliseconds, tokensPerSecond: z.number() })),
  text: z.string(),
});

const convolutionResultSchema = z.object({
  loadMs: milliseconds,
  warmUpMs: milliseconds,
  runs: z.int(),
  msP50: milliseconds,
  gigaflopsPerSecond: z.number(),
  /** Against the same run on the processor; null: what came out are no numbers. */
  largestDifference: z.number().nullable(),
  isCorrect: z.boolean(),
});

/** What the child that tries a provider reports, one message per benchmark. */
export const trialMessageSchema = z.discriminatedUnion('benchmark', [
  z.object({ benchmark: z.literal('chat'), result: chatResultSchema }),
  z.object({ benchmark: z.literal('convolution'), result: convolutionResultSchema }),
  z.object({ benchmark: z.literal('failed'), of: z.string(), reason: z.string() }),
]);
export type TrialMessage = z.infer<typeof trialMessageSchema>;
export type ChatResult = z.infer<typeof chatResultSchema>;
export type ConvolutionResult = z.infer<typeof convolutionResultSchema>;
