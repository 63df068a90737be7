import { Command } from 'commander';
import { GataError } from '../../../shared/gata-error.ts';
import { type Settings, settingsSchema } from '../../../shared/settings.ts';
import { contextOf } from '../command-context.ts';

export function settingsCommand(): Command {
  const settings = new Command('settings')
    .description('the settings')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const current = await client.get('/v1/settings', settingsSchema);
      print(current, () => settingsText(current));
    });
  settings.addCommand(
    new Command('get')
      .description('one setting, as group.field')
      .argument('<key>')
      .action(async (key: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const value = fieldOf(await client.get('/v1/settings', settingsSchema), key);
        print(value, () => asText(value));
      }),
  );
  settings.addCommand(
    new Command('set')
      .description('change one setting; the value is JSON or plain text')
      .argument('<key>')
      .argument('<value>')
      .action(async (key: string, value: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const [group = '', field = ''] = key.split('.');
        fieldOf(await client.get('/v1/settings', settingsSchema), key);
        const body = { [group]: { [field]: jsonOrText(value) } };
        const changed = fieldOf(await client.send('PATCH', '/v1/settings', settingsSchema, body), key);
        print(changed, () => `${key} = ${asText(changed)}`);
      }),
  );
  return settings;
}

function entriesOf(settings: Settings): [string, unknown][] {
  return Object.entries(settings).flatMap(([group, fields]) =>
    Object.entries(fields).map(([field, value]): [string, unknown] => [`${group}.${field}`, value]),
  );
}

function fieldOf(settings: Settings, key: string): unknown {
  const entries = entriesOf(settings);
  const found = entries.find(([name]) => name === key);
  if (found !== undefined) return found[1];
  const names = entries.map(([name]) => name).join(', ');
  throw new GataError('invalid-request', `There is no setting "${key}". There are: ${names}.`);
}

function settingsText(settings: Settings): string {
  return entriesOf(settings)
    .map(([key, value]) => `${key} = ${asText(value)}`)
    .join('\n');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
