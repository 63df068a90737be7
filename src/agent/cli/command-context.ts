import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { defaultDataFolder } from '../../shared/default-data-folder.ts';
import { LocalClient } from './local-client.ts';

const globalOptionsSchema = z.object({ json: z.boolean().default(false), dataDir: z.string().optional() });

/** What every command needs, from the options that every command takes. */
export interface CommandContext {
  readonly dataFolder: string;
  readonly client: LocalClient;
  /** `--json` was given; `print` takes care of it. */
  readonly isJson: boolean;
  /** Prints `value` as one line of JSON with --json, else `text`. */
  print(value: unknown, text: () => string): void;
}

export function contextOf(command: Command): CommandContext {
  const { json, dataDir } = globalOptionsSchema.parse(command.optsWithGlobals());
  const dataFolder = resolve(dataDir ?? defaultDataFolder(process.platform, process.env, homedir()));
  return {
    dataFolder,
    client: new LocalClient(dataFolder),
    isJson: json,
    print: (value, text) => process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`),
  };
}
