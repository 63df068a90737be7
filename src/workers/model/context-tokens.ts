import type { ModelParts } from '../tasks/task.ts';

/** Of a model whose files do not tell. */
const DEFAULT_CONTEXT_TOKENS = 2048;

/** How many tokens the model holds: the lower of what its manifest and its configuration say. */
export function contextTokensOf({ manifest, config }: Pick<ModelParts, 'manifest' | 'config'>): number {
  const told = [manifest.contextTokens, config.contextTokens].filter((tokens) => tokens !== undefined);
  return told.length === 0 ? DEFAULT_CONTEXT_TOKENS : Math.min(...told);
}
