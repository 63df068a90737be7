import path from 'node:path';
import { parseArgs } from 'node:util';
import { GataError } from '../shared/gata-error.ts';

export interface ShellArguments {
  /** Start in the tray without a window, as at sign-in. */
  readonly hidden: boolean;
  /** Absolute; undefined for the default folder. */
  readonly dataFolder: string | undefined;
  /** What the agent is started with besides its data folder. */
  readonly agentArguments: readonly string[];
}

const AGENT_TEXT_FLAGS = ['gateway', 'catalogue-root', 'network-profile', 'port'] as const;
const AGENT_SWITCHES = ['embedded', 'allow-unsandboxed'] as const;

/**
 * Reads the shell's command line. Electron and Chromium put flags of their own among ours, so unknown ones
 * are left alone.
 * @throws GataError `invalid-request` when a flag that needs a value has none.
 */
export function parseShellArguments(args: readonly string[], workingFolder: string): ShellArguments {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      hidden: { type: 'boolean' },
      'data-dir': { type: 'string' },
      gateway: { type: 'string' },
      'catalogue-root': { type: 'string' },
      'network-profile': { type: 'string' },
      port: { type: 'string' },
      embedded: { type: 'boolean' },
      'allow-unsandboxed': { type: 'boolean' },
    },
  });
  const dataFolder = textValue('data-dir', values['data-dir']);
  return {
    hidden: values.hidden === true,
    dataFolder: dataFolder === undefined ? undefined : path.resolve(workingFolder, dataFolder),
    agentArguments: [
      ...AGENT_TEXT_FLAGS.flatMap((flag) => {
        const value = textValue(flag, values[flag]);
        return value === undefined ? [] : [`--${flag}`, value];
      }),
      ...AGENT_SWITCHES.filter((flag) => values[flag] === true).map((flag) => `--${flag}`),
    ],
  };
}

function textValue(flag: string, value: string | boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new GataError('invalid-request', `--${flag} needs a value after it.`, { param: flag });
}
