import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { GataError } from '../../../shared/gata-error.ts';
import {
  type ModelView,
  modelsPageSchema,
  modelViewSchema,
  statusSchema,
} from '../../../shared/local-api.ts';
import { catalogueViewSchema } from '../../../shared/model-trust.ts';
import { contextOf } from '../command-context.ts';
import { type LocalClient, nothingSchema } from '../local-client.ts';
import { catalogueText, findModels, modelFacts, modelText } from '../models-text.ts';
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
        const known = lines.join('\n') || 'There are no models on this machine yet.';
        return page.catalogue === undefined ? known : `${known}\n${catalogueText(page.catalogue)}`;
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
  models.addCommand(allowCommand());
  models.addCommand(
    new Command('disallow')
      .description('no longer run a model that you allowed, by its id or the start of its digest')
      .argument('<model>')
      .action(async (model: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const { digest } = await findOne(client, model);
        const changed = await client.send('DELETE', permissionPath(digest), modelViewSchema);
        print(changed, () => modelText(changed));
      }),
  );
  models.addCommand(
    new Command('refresh')
      .description("fetch the network's model catalogue now")
      .action(async (_options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const catalogue = await client.send('POST', '/v1/catalogue/refresh', catalogueViewSchema);
        print(catalogue, () => catalogueText(catalogue));
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

function allowCommand(): Command {
  return new Command('allow')
    .description(
      'run a model that you added and nobody else vouches for, by its id or the start of its digest',
    )
    .argument('<model>')
    .option('--yes', 'do not ask')
    .action(async (model: string, options: { yes?: boolean }, command: Command) => {
      const { client, print } = contextOf(command);
      const found = await findOne(client, model);
      if (options.yes !== true) {
        process.stderr.write(`${modelFacts(found)}\n\n${WARNING}\n`);
        await confirm();
      }
      const allowed = await client.send('PUT', permissionPath(found.digest), modelViewSchema);
      print(allowed, () => modelText(allowed));
    });
}

const WARNING =
  'A model is a program, written by whoever made it. Gata runs it in its sandbox. The choice holds for exactly these files: if one changes, Gata asks again.';

/** @throws GataError `cancelled` unless a person at the terminal says yes. */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new GataError('cancelled', 'Nothing was allowed. Add --yes to allow it without being asked.');
  }
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Run this model? Type yes: ');
  if (answer.trim().toLowerCase() !== 'yes') throw new GataError('cancelled', 'Nothing was allowed.');
}

/** @throws GataError `not-found`; `conflict` when several models have the name. */
async function findOne(client: LocalClient, idOrDigest: string): Promise<ModelView> {
  const { models } = await client.get('/v1/models', modelsPageSchema);
  const [found, another] = findModels(
    models.filter((model) => model.state === 'ready'),
    idOrDigest,
  );
  if (found === undefined)
    throw new GataError('not-found', `There is no model ${idOrDigest} on this machine.`);
  if (another !== undefined) {
    throw new GataError('conflict', `Several models are called ${idOrDigest}. Name one by its digest.`);
  }
  return found;
}

function permissionPath(digest: string): string {
  return `/v1/models/${digest}/permission`;
}

/** The agent has another working folder than the terminal. */
function absoluteIfFolder(source: string): string {
  return /^\.{0,2}[/\\]|^\.{1,2}$/.test(source) ? resolve(source) : source;
}
