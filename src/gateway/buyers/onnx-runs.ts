import { z } from 'zod';
import type { OnnxRunInput, OnnxRunOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { responseFacts } from './response-facts.ts';
import { tensorFromJson, tensorJsonSchema, tensorToJson } from './tensor-json.ts';

const namesLimit = 1024;

/** `POST /v1/onnx/runs`: any tensors through the model's graph. */
export const onnxRunRequestSchema = z.object({
  model: z.string().min(1).max(128),
  inputs: z
    .record(z.string(), tensorJsonSchema)
    .refine((inputs) => Object.keys(inputs).length <= namesLimit, { error: 'too many inputs' }),
  /** Names of the outputs wanted; absent: all. */
  outputs: z.array(z.string()).min(1).max(namesLimit).nullish(),
});
export type OnnxRunRequest = z.infer<typeof onnxRunRequestSchema>;

export const onnxRunSchema = z.object({
  id: z.string(),
  object: z.literal('onnx.run'),
  created: z.int(),
  model: z.string(),
  outputs: z.record(z.string(), tensorJsonSchema),
});
export type OnnxRun = z.infer<typeof onnxRunSchema>;

/** @throws GataError `invalid-tensor`. */
export function onnxRunInput({ inputs, outputs }: OnnxRunRequest): OnnxRunInput {
  const tensors = Object.entries(inputs).map(([name, json]) => [name, tensorFromJson(name, json)] as const);
  return {
    kind: 'onnx.run',
    inputs: Object.fromEntries(tensors),
    ...(outputs === null || outputs === undefined ? {} : { outputs }),
  };
}

export function onnxRun(job: JobHandle, output: OnnxRunOutput): OnnxRun {
  const tensors = Object.entries(output.outputs).map(
    ([name, tensor]) => [name, tensorToJson(tensor)] as const,
  );
  return { ...responseFacts(job, 'onnxrun'), object: 'onnx.run', outputs: Object.fromEntries(tensors) };
}
