import { z } from 'zod';

/** ONNX Runtime's execution providers, by the names onnxruntime-node takes. */
export const executionProviderSchema = z.enum(['cuda', 'dml', 'webgpu', 'cpu']);
export type ExecutionProvider = z.infer<typeof executionProviderSchema>;

/** Order of preference per platform; the first that loads the model is used. */
export function preferredProviders(platform: NodeJS.Platform): ExecutionProvider[] {
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'linux') return ['cuda', 'webgpu', 'cpu'];
  return ['cpu'];
}
