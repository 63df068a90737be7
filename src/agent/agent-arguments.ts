import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../shared/default-data-folder.ts';
import { GataError } from '../shared/gata-error.ts';
import { launcherNameSchema } from '../shared/launcher.ts';
import { publicKeySchema } from '../shared/model-catalogue.ts';
import { type Confinement, mechanismsOf } from './sandbox/mechanism-names.ts';

/** The gateway that the embedded network starts; a real network's address is always given. */
const DEFAULT_GATEWAY_URL = 'http://127.0.0.1:7430';

export const HELP = `gata-agent [flags]

Runs jobs of the Gata network on this machine, and stops them the moment a game starts.

  --data-dir FOLDER    where settings, models and logs are kept
  --port PORT          port of the local API and the dashboard on 127.0.0.1 (7420, or a free one)
  --gateway URL        the network's gateway (${DEFAULT_GATEWAY_URL})
  --embedded           the gateway is this machine's own demo network
  --catalogue-root KEY public root key of the network's model catalogue, instead of this build's; may be repeated
  --network-profile FILE  the network's chain and contracts; without it the wallet can sign nothing
  --launched-by NAME   the program that starts the agent, shown to the user
  --hand-over-token    give that program a token of its own, in the line on standard output; needs a pipe
  --allow-unsandboxed  this time, run models without a working sandbox; not recommended
  --sandbox NAME       auto (the best that works), or only bubblewrap or landlock
  --nvml-library FILE  NVIDIA's management library, where it is not in one of its usual places
  --gpu-helper SOCKET  the privileged helper's socket, where it is not in its usual place
  --version            the version
  --help               this text

Exit codes: 0 closed, 1 error, 2 wrong flags, 3 runs already, 4 port taken, 5 data folder unusable, 6 disk full.
`;

export interface AgentArguments {
  readonly dataFolder: string;
  /** undefined: the usual port, or a free one. */
  readonly port: number | undefined;
  readonly gatewayUrl: string;
  readonly embedded: boolean;
  /** Public root keys of the model catalogue; none: those that the build pins. */
  readonly catalogueRoots: readonly string[];
  /** The file that names the network's chain and contracts; undefined: none is configured. */
  readonly networkProfile: string | undefined;
  readonly launchedBy: string | undefined;
  /** The launcher gets a token of its own through standard output. */
  readonly handOverToken: boolean;
  readonly allowUnsandboxed: boolean;
  /** The only sandbox that is tried; undefined: the best that works. */
  readonly sandbox: Confinement | undefined;
  /** undefined: wherever the driver puts it. */
  readonly nvmlLibrary: string | undefined;
  readonly gpuHelperSocket: string | undefined;
}

/** @throws GataError `invalid-request` that names the flag. */
export function parseAgentArguments(argv: readonly string[]): AgentArguments | 'help' | 'version' {
  const flags = readFlags(argv);
  if (flags.help) return 'help';
  if (flags.version) return 'version';
  return {
    dataFolder: resolve(flags['data-dir'] ?? defaultDataFolder(process.platform, process.env, homedir())),
    port: flags.port === undefined ? undefined : parsePort(flags.port),
    gatewayUrl: parseGatewayUrl(flags.gateway ?? DEFAULT_GATEWAY_URL),
    embedded: flags.embedded,
    catalogueRoots: flags['catalogue-root'].map(parseRootKey),
    networkProfile: flags['network-profile'] === undefined ? undefined : resolve(flags['network-profile']),
    launchedBy: parseLauncherName(flags['launched-by'], flags['hand-over-token']),
    handOverToken: flags['hand-over-token'],
    allowUnsandboxed: flags['allow-unsandboxed'],
    sandbox: parseSandbox(flags.sandbox),
    nvmlLibrary: flags['nvml-library'],
    gpuHelperSocket: flags['gpu-helper'],
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        gateway: { type: 'string' },
        embedded: { type: 'boolean', default: false },
        'catalogue-root': { type: 'string', multiple: true, default: [] },
        'network-profile': { type: 'string' },
        'launched-by': { type: 'string' },
        'hand-over-token': { type: 'boolean', default: false },
        'allow-unsandboxed': { type: 'boolean', default: false },
        sandbox: { type: 'string', default: 'auto' },
        'nvml-library': { type: 'string' },
        'gpu-helper': { type: 'string' },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new GataError('invalid-request', `${detail} --help lists the flags.`, { cause: error });
  }
}

function parseLauncherName(name: string | undefined, isNeeded: boolean): string | undefined {
  if (name === undefined) {
    if (!isNeeded) return undefined;
    throw new GataError('invalid-request', '--hand-over-token needs --launched-by NAME, which it is for.');
  }
  const parsed = launcherNameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new GataError(
    'invalid-request',
    `--launched-by: ${parsed.error.issues[0]?.message ?? 'that is no name'}.`,
  );
}

function parseRootKey(text: string): string {
  const parsed = publicKeySchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new GataError('invalid-request', `--catalogue-root: it ${parsed.error.issues[0]?.message}.`);
}

function parseSandbox(name: string): Confinement | undefined {
  if (name === 'auto') return undefined;
  const mechanism = mechanismsOf(process.platform).find((each) => each === name);
  if (mechanism !== undefined) return mechanism;
  const names = ['auto', ...mechanismsOf(process.platform)].join(', ');
  throw new GataError('invalid-request', `--sandbox takes one of ${names}, not "${name}".`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new GataError('invalid-request', `--port takes a number from 0 to 65535, not "${text}".`);
  }
  return port;
}

/** Without a slash at the end. */
function parseGatewayUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new GataError('invalid-request', `--gateway takes an http:// or https:// address, not "${text}".`);
  }
  return text.replace(/\/+$/, '');
}
