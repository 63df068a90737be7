import { isAbsolute, win32 } from 'node:path';
import { parseArgs } from 'node:util';
import { GataError } from '../../shared/gata-error.ts';

export const HELPER_HELP = `gata-gpu-helper --journal PATH --allow-uid UID [flags]

Sets and puts back the power limit of NVIDIA cards for a program without the rights to. Started by the system.

  --journal PATH       what has to be put back is written here first
  --allow-uid UID      the user who may ask; may be repeated (Linux). root always may
  --allow-sid SID      the user who may ask; may be repeated (Windows)
  --socket PATH        listen here, where systemd passes no socket (Windows: the pipe)
  --self-test          see whether the helper can run here, and end
  --restore            put back what the journal says, and end
  --idle-seconds N     end after so long without a connection (15); 0: never
  --service            run as a Windows service
  --nvml-library PATH  the driver's library, where it is not at the usual place
  --help               this text

Exit codes: 0 ended or put back, 1 error, 2 wrong flags.
`;

const DEFAULT_IDLE_SECONDS = 15;

export interface HelperArguments {
  readonly journal: string;
  readonly allowedUids: readonly number[];
  readonly allowedSids: readonly string[];
  readonly socket: string | undefined;
  readonly restore: boolean;
  /** null: never. */
  readonly idleSeconds: number | null;
  readonly service: boolean;
  readonly nvmlLibrary: string | undefined;
}

export type HelperCommand = HelperArguments | 'help' | 'self-test';

/** @throws GataError `invalid-request` that names the flag. */
export function parseHelperArguments(argv: readonly string[]): HelperCommand {
  const flags = readFlags(argv);
  if (flags.help) return 'help';
  if (flags['self-test']) return 'self-test';
  if (flags.journal === undefined) throw invalid('--journal is missing.');
  const idleSeconds = parseWhole('--idle-seconds', flags['idle-seconds'] ?? String(DEFAULT_IDLE_SECONDS));
  return {
    journal: parsePath('--journal', flags.journal),
    allowedUids: flags['allow-uid'].map((text) => parseWhole('--allow-uid', text)),
    allowedSids: flags['allow-sid'].map(parseSid),
    socket: flags.socket,
    restore: flags.restore,
    idleSeconds: idleSeconds === 0 ? null : idleSeconds,
    service: flags.service,
    nvmlLibrary:
      flags['nvml-library'] === undefined ? undefined : parsePath('--nvml-library', flags['nvml-library']),
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        journal: { type: 'string' },
        'allow-uid': { type: 'string', multiple: true, default: [] },
        'allow-sid': { type: 'string', multiple: true, default: [] },
        socket: { type: 'string' },
        restore: { type: 'boolean', default: false },
        'idle-seconds': { type: 'string' },
        service: { type: 'boolean', default: false },
        'nvml-library': { type: 'string' },
        'self-test': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** A user's or a group's number, or a time: at most 32 bits, and 2^32 - 1 means "nobody" to the kernel. */
export function parseWhole(flag: string, text: string): number {
  const number = Number(text);
  if (!/^\d{1,10}$/.test(text) || number >= 0xffff_ffff) {
    throw invalid(`${flag} takes a whole number, not "${text}".`);
  }
  return number;
}

/** Goes into a security descriptor as it is, so nothing but a SID may pass. */
export function parseSid(text: string): string {
  if (!/^S-1-\d{1,15}(-\d{1,10}){1,15}$/.test(text)) {
    throw invalid(`A SID looks like S-1-5-21-…-1001, not "${text}".`);
  }
  return text;
}

/** Relative to what, would depend on who starts the helper. */
function parsePath(flag: string, text: string): string {
  if (!(process.platform === 'win32' ? win32.isAbsolute(text) : isAbsolute(text))) {
    throw invalid(`${flag} takes a whole path, not "${text}".`);
  }
  return text;
}

function invalid(detail: string): GataError {
  return new GataError('invalid-request', `${detail} --help lists the flags.`);
}
