import { modelIdSchema } from '../../shared/model-manifest.ts';

export type SourceProblem = 'empty' | 'invalid';

/** Why this names no model, or undefined for a Hugging Face id (`owner/name`) or the full path of a folder. */
export function sourceProblem(source: string): SourceProblem | undefined {
  const trimmed = source.trim();
  if (trimmed === '') return 'empty';
  const isFolder = trimmed.startsWith('/') || /^[A-Za-z]:[\\/]/.test(trimmed) || trimmed.startsWith('\\\\');
  const isId = trimmed.includes('/') && modelIdSchema.safeParse(trimmed).success;
  return isFolder || isId ? undefined : 'invalid';
}
