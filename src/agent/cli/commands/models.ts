import { resolve } from 'node:path';
import { Command } from 'commander';
import { GataError } from '../../../shared/gata-error.ts';
import {
  type ModelView,
  modelsPageSchema,
  modelViewSchema,
  statusSchema,
} from '../../../shared/local-api.ts';
import { contextOf } from '../command-context.ts';
import { nothingSchema } from '../local-client.ts';
import { findQuarantined, quarantineText } from '../quarantine-text.ts';

export function modelsCommand(): Command {
  const models = new Command('models')
    .description('the models on this machine')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get('/v1/models', modelsPageSchema);
      const { quarantinedModels } = await client.get('/v1/status', statusSchema);
      print({ ...page, quarantinedModels }, () => {
        const lines = [...page.models.map(modelText), ...quarantineText(quarantinedModels)];
        return lines.join('\n') || 'There are no models on this machine yet.';
      });
    });
  models.addCommand(
    new Command('add')
      .description('add a model: a Hugging Face id (owner/name), or a folder (./folder or an absolute path)')
      .argument('<source>')
      .action(async (source: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const body = { source: absoluteIfFolder(source) };
        const model = await client.send('POST', '/v1/models', modelViewSchema, body);
        print(model, () => modelText(model));
      }),
  );
  models.addCommand(
    new Command('remove')
      .description('remove a model from this machine')
      .argument('<digest>')
      .action(async (digest: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const path = `/v1/models/${encodeURIComponent(digest)}`;
        print(await client.send('DELETE', path, nothingSchema), () => 'Removed.');
      }),
  );
  models.addCommand(
    new Command('retry')
      .description("run a model again that broke Gata's workers, by its id or the start of its digest")
      .argument('<model>')
      .action(async (model: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const { quarantinedModels } = await client.get('/v1/status', statusSchema);
        const found = findQuarantined(quarantinedModels, model);
        if (found.length === 0) throw new GataError('not-found', `${model} is not in quarantine.`);
        for (const { digest } of found) {
          await client.send('DELETE', `/v1/quarantine/${digest}`, nothingSchema);
        }
        print(found, () => `${model} is run again.`);
      }),
  );
  return models;
}

/** The agent has another working folder than the terminal. */
function absoluteIfFolder(source: string): string {
  return /^\.{0,2}[/\\]|^\.{1,2}$/.test(source) ? resolve(source) : source;
}

function modelText({ digest, manifest, state, bytes, downloadedBytes, origin, error }: ModelView): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const progress =
    state === 'downloading' ? ` ${Math.floor((100 * downloadedBytes) / Math.max(bytes, 1))} %` : '';
  const demo = manifest.demo ? ', demo model' : '';
  const problem = error === null ? '' : `\n  ${error.message}`;
  return `${manifest.id} ${manifest.version}  ${state}${progress}  ${size}  ${origin}${demo}  ${manifest.tasks.join(', ')}\n  ${digest}${problem}`;
}
