import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { MODELS_FOLDER } from '../scripts/start/programs.ts';
import { preferredProviders } from '../src/shared/execution-provider.ts';
import { MANIFEST_FILE_NAME, modelManifestSchema } from '../src/shared/model-manifest.ts';
import { taskInputSchema } from '../src/shared/task.ts';
import { loadModel } from '../src/workers/model/load-model.ts';

/**
 * The peer of the overhead benchmark, forked by it: the worker's own generation loop in one bare process, without
 * sandbox, agent, broker and gateway. Takes `{threads}` to load, then one task input per message; answers each
 * with the milliseconds it took.
 */
const folder = path.join(MODELS_FOLDER, 'npc-chat');
const manifest = modelManifestSchema.parse(
  JSON.parse(readFileSync(path.join(folder, MANIFEST_FILE_NAME), 'utf8')),
);
const threads = z.coerce.number().int().parse(process.argv[2]);
const model = await loadModel(
  { folder, manifest, providers: preferredProviders(process.platform), threads },
  () => {},
);

process.on('message', async (message) => {
  const input = taskInputSchema.parse(message);
  const started = performance.now();
  await model.run(input);
  process.send?.(performance.now() - started);
});
process.send?.(0);
