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
      .description('one setting, as group.field, or deeper: gpu.defaults.preset')
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
        const [group = '', field = '', ...deeper] = key.split('.');
        const current = await client.get('/v1/settings', settingsSchema);
        fieldOf(current, key);
        const changedField = withValueAt(fieldOf(current, `${group}.${field}`), deeper, jsonOrText(value));
        const body = { [group]: { [field]: changedField } };
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
  const found = entries.find(([name]) => key === name || key.startsWith(`${name}.`));
  const value = found === undefined ? undefined : valueAt(found[1], key.slice(found[0].length + 1));
  if (value !== undefined) return value;
  const names = entries.map(([name]) => name).join(', ');
  throw new GataError('invalid-request', `There is no setting "${key}". There are: ${names}.`);
}

/** Undefined when there is nothing at that path. */
function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  const [name = '', ...deeper] = path.split('.');
  return valueAt(recordOf(value)?.[name], deeper.join('.'));
}

/** A copy in which the value at an existing path is another. */
function withValueAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [name, ...deeper] = path;
  if (name === undefined) return replacement;
  const record = recordOf(value) ?? {};
  return { ...record, [name]: withValueAt(record[name], deeper, replacement) };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value)) : undefined;
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
