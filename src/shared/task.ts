import { z } from 'zod';
import { tensorSchema } from './tensor.ts';

/** What a job asks a model to do. One worker task file per kind. */
export const taskKindSchema = z.enum(['onnx.run', 'text.generate', 'embedding', 'image.classify']);
export type TaskKind = z.infer<typeof taskKindSchema>;
export const TASK_KINDS: readonly TaskKind[] = taskKindSchema.options;

const chatMessageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().max(1_000_000),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** Sampling as buyers know it from OpenAI and vLLM. `temperature` 0 is greedy. */
export const samplingSchema = z.object({
  temperature: z.number().min(0).max(2).default(1),
  /** Nucleus: the smallest set of tokens whose probabilities sum to this. */
  topP: z.number().gt(0).max(1).default(1),
  /** 0 keeps all tokens. */
  topK: z.int().min(0).default(0),
  /** The same seed, input and model give the same tokens on the same device. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Absent: as many as the context holds. */
  maxTokens: z.int().min(1).optional(),
  /** The end token and stop strings are not accepted before this many tokens. */
  minTokens: z.int().min(0).default(0),
  stop: z.array(z.string().min(1).max(256)).max(8).default([]),
});
export type Sampling = z.infer<typeof samplingSchema>;

const textGenerateInputSchema = z.object({
  kind: z.literal('text.generate'),
  prompt: z.union([
    z.object({ messages: z.array(chatMessageSchema).min(1).max(1024) }),
    z.object({ text: z.string().max(1_000_000) }),
  ]),
  sampling: samplingSchema,
});
export type TextGenerateInput = z.infer<typeof textGenerateInputSchema>;

const embeddingInputSchema = z.object({
  kind: z.literal('embedding'),
  texts: z.array(z.string().max(1_000_000)).min(1).max(2048),
});
export type EmbeddingInput = z.infer<typeof embeddingInputSchema>;

const imageClassifyInputSchema = z.object({
  kind: z.literal('image.classify'),
  /** An encoded PNG, JPEG or WebP file. */
  image: z.instanceof(Uint8Array),
  topK: z.int().min(1).max(1000).default(5),
});
export type ImageClassifyInput = z.infer<typeof imageClassifyInputSchema>;

const onnxRunInputSchema = z.object({
  kind: z.literal('onnx.run'),
  inputs: z.record(z.string(), tensorSchema),
  /** Names of the outputs wanted; absent: all. */
  outputs: z.array(z.string()).min(1).optional(),
});
export type OnnxRunInput = z.infer<typeof onnxRunInputSchema>;

export const taskInputSchema = z.discriminatedUnion('kind', [
  textGenerateInputSchema,
  embeddingInputSchema,
  imageClassifyInputSchema,
  onnxRunInputSchema,
]);
export type TaskInput = z.infer<typeof taskInputSchema>;

/**
 * A piece of a streamed generation. `tokenOffset` and `textOffset` (UTF-16 code units) say where the piece
 * starts in the whole generation, so that a lost or repeated piece is noticed and never shown twice.
 */
export const generationChunkSchema = z.object({
  tokenOffset: z.int().nonnegative(),
  tokens: z.array(z.int().nonnegative()),
  textOffset: z.int().nonnegative(),
  text: z.string(),
});
export type GenerationChunk = z.infer<typeof generationChunkSchema>;

/** What a preempted generation had reached; another worker continues from exactly here. */
export const generationProgressSchema = z.object({
  tokens: z.array(z.int().nonnegative()),
  /** The text already given out; it may lag behind `tokens` by an incomplete character or stop string. */
  text: z.string(),
});
export type GenerationProgress = z.infer<typeof generationProgressSchema>;

const textGenerateOutputSchema = z.object({
  kind: z.literal('text.generate'),
  /** The whole generation, whatever was streamed before. */
  text: z.string(),
  tokens: z.array(z.int().nonnegative()),
  finishReason: z.enum(['stop', 'length']),
  promptTokens: z.int().nonnegative(),
});
export type TextGenerateOutput = z.infer<typeof textGenerateOutputSchema>;

const embeddingOutputSchema = z.object({
  kind: z.literal('embedding'),
  dimensions: z.int().positive(),
  /** Little-endian float32, one unit-length vector of `dimensions` after another, in input order. */
  vectors: z.instanceof(Uint8Array),
  promptTokens: z.int().nonnegative(),
});
export type EmbeddingOutput = z.infer<typeof embeddingOutputSchema>;

const imageClassifyOutputSchema = z.object({
  kind: z.literal('image.classify'),
  /** Most probable first; `score` is the softmax probability. */
  labels: z.array(z.object({ label: z.string(), score: z.number() })),
});
export type ImageClassifyOutput = z.infer<typeof imageClassifyOutputSchema>;

const onnxRunOutputSchema = z.object({
  kind: z.literal('onnx.run'),
  outputs: z.record(z.string(), tensorSchema),
});
export type OnnxRunOutput = z.infer<typeof onnxRunOutputSchema>;

export const taskOutputSchema = z.discriminatedUnion('kind', [
  textGenerateOutputSchema,
  embeddingOutputSchema,
  imageClassifyOutputSchema,
  onnxRunOutputSchema,
]);
export type TaskOutput = z.infer<typeof taskOutputSchema>;
