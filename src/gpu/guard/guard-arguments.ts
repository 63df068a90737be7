import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GataError } from '../../shared/gata-error.ts';
import { HELPER_PIPE_PATH, HELPER_SOCKET_PATH } from '../../shared/gpu-helper-protocol.ts';

export const GUARD_HELP = `guard.js --journal PATH [flags]

Reads NVIDIA cards for the agent, which starts it, and puts every limit back when the agent is gone.

  --journal PATH        what has to be put back is written here first
  --nvml-library PATH   the driver's library, where it is not at the usual place
  --helper-socket PATH  the privileged helper, where it is not at the usual place
  --help                this text

Exit codes: 0 ended or no driver, 1 error, 2 wrong flags or messages, 3 limits are left for the next start to put
back, 4 another guard has the journal, 5 the driver was replaced: start again.
`;

export interface GuardArguments {
  readonly journalPath: string;
  /** undefined: wherever the driver puts it. */
  readonly libraryPath: string | undefined;
  readonly helperSocket: string;
}

/** @throws GataError `invalid-request` that names the flag. */
export function parseGuardArguments(
  argv: readonly string[],
  platform: NodeJS.Platform,
): GuardArguments | 'help' {
  const flags = readFlags(argv);
  if (flags.help) return 'help';
  if (flags.journal === undefined) throw new GataError('invalid-request', '--journal PATH is missing.');
  return {
    journalPath: resolve(flags.journal),
    libraryPath: flags['nvml-library'] === undefined ? undefined : resolve(flags['nvml-library']),
    helperSocket: flags['helper-socket'] ?? (platform === 'win32' ? HELPER_PIPE_PATH : HELPER_SOCKET_PATH),
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        journal: { type: 'string' },
        'nvml-library': { type: 'string' },
        'helper-socket': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new GataError('invalid-request', error instanceof Error ? error.message : String(error));
  }
}
