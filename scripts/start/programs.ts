import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../../src/shared/agent-runtime.ts';
import {
  ENDPOINT_FILE_NAME,
  type EndpointFile,
  endpointFileSchema,
  type Status,
  statusSchema,
} from '../../src/shared/local-api.ts';
import { MANIFEST_FILE_NAME } from '../../src/shared/model-manifest.ts';
import { ChildProgram, type ChildProgramOptions } from './child-program.ts';
import { type DemoCatalogue, prepareDemoCatalogue } from './demo-catalogue.ts';
import type { EmbeddedChain } from './embedded-chain.ts';

/** Starts the built programs of this repository; used by `npm start`, the end-to-end tests and the benchmarks. */

export const root = path.resolve(import.meta.dirname, '../..');
export const MODELS_FOLDER = path.join(root, 'assets/models');
const START_TIMEOUT_MS = 60_000;

const gatewayFileSchema = z.object({
  url: z.string(),
  brokerUrl: z.string(),
  pid: z.int(),
  apiKey: z.string(),
});

export interface GatewayProgram extends AsyncDisposable {
  readonly child: ChildProgram;
  readonly url: string;
  /** The signed catalogue of its models, with keys of this machine. */
  readonly catalogue: DemoCatalogue;
  readonly apiKey: string;
}

/** Without `relayKeyFile` the gateway pays nobody's fees. */
type DemoChain = Pick<EmbeddedChain, 'profileFile' | 'settlerKeyFile'> &
  Partial<Pick<EmbeddedChain, 'relayKeyFile'>>;

export interface GatewayProgramOptions {
  readonly dataFolder: string;
  readonly port?: number;
  readonly brokerPort?: number;
  /** The chain that nodes are paid on. */
  readonly chain?: DemoChain | undefined;
  readonly onLogLine?: ChildProgramOptions['onLogLine'];
}

/** The gateway with its embedded broker and database; ready when this resolves. */
export async function startGatewayProgram(options: GatewayProgramOptions): Promise<GatewayProgram> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const catalogue = await prepareDemoCatalogue(options.dataFolder, demoModelFolders());
  const child = new ChildProgram({
    name: 'the gateway',
    args: [
      ...['--disable-sigusr1', '--disable-proto=delete'],
      path.join(root, 'out/gateway/main.js'),
      ...['--data-dir', options.dataFolder],
      ...['--port', String(options.port ?? 0)],
      ...['--broker-port', String(options.brokerPort ?? 0)],
      ...['--catalogue', catalogue.folder],
      ...['--models', ...demoModelFolders()],
      ...(options.chain === undefined ? [] : settlementArguments(options.chain)),
    ],
    onLogLine: options.onLogLine,
  });
  const file = path.join(options.dataFolder, 'gateway.json');
  const endpoint = await child.waitUntil(async () => {
    const content = readJson(file, gatewayFileSchema);
    // A file left by a killed gateway names another process.
    return content?.pid === child.process.pid ? content : undefined;
  }, START_TIMEOUT_MS);
  const { url, apiKey } = endpoint;
  return { child, url, catalogue, apiKey, [Symbol.asyncDispose]: () => child.stop() };
}

/** Demo models earn little, and the demo's coins cost nothing. */
function relayArguments(keyFile: string): string[] {
  return ['--relay-key-file', keyFile, '--relay-minimum-wei', '1', '--relay-claims-per-day', '100'];
}

/** Nodes of the demo are paid while somebody watches. */
const DEMO_EPOCH_SECONDS = '20';

function settlementArguments(chain: DemoChain): string[] {
  return [
    ...(chain.relayKeyFile === undefined ? [] : relayArguments(chain.relayKeyFile)),
    ...['--network-profile', chain.profileFile],
    ...['--settler-key-file', chain.settlerKeyFile],
    ...['--epoch-seconds', DEMO_EPOCH_SECONDS],
    // A chain of one machine takes nothing back.
    ...['--confirmations', '0'],
    // Nobody vetoes here; a chain that was killed may have lost its last seconds, which looks like it.
    '--resubmit-vetoed',
  ];
}

export interface AgentProgram extends AsyncDisposable {
  readonly child: ChildProgram;
  readonly endpoint: EndpointFile;
  readonly dashboardUrl: string;
  /** A request to its local API with the `ui` token. @throws Error with the body when it is refused. */
  request(method: string, route: string, body?: unknown): Promise<unknown>;
  status(): Promise<Status>;
}

export interface AgentProgramOptions {
  readonly dataFolder: string;
  readonly gatewayUrl: string;
  readonly embedded?: boolean;
  /** The public root key of the network's model catalogue. */
  readonly catalogueRoot?: string | undefined;
  /** The file that names the network's chain and contracts. */
  readonly networkProfile?: string | undefined;
  readonly port?: number;
  readonly allowUnsandboxed?: boolean;
  /** Further flags, as a person would type them. */
  readonly flags?: readonly string[];
  /** Besides what the agent is given anyway. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onLogLine?: ChildProgramOptions['onLogLine'];
}

/** The agent; its local API answers when this resolves. */
export async function startAgentProgram(options: AgentProgramOptions): Promise<AgentProgram> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const child = new ChildProgram({
    name: 'the agent',
    environment: { ...AGENT_ENVIRONMENT, ...options.environment },
    args: [...AGENT_NODE_FLAGS, path.join(root, 'out/agent/main.js'), ...agentArguments(options)],
    onLogLine: options.onLogLine,
  });
  return connectToAgent(child, options.dataFolder, child.process.pid);
}

/** The agent's command line, which the desktop shell passes on. */
export function agentArguments(options: AgentProgramOptions): string[] {
  return [
    ...['--data-dir', options.dataFolder],
    ...['--gateway', options.gatewayUrl],
    ...(options.embedded ? ['--embedded'] : []),
    ...(options.catalogueRoot === undefined ? [] : ['--catalogue-root', options.catalogueRoot]),
    ...(options.networkProfile === undefined ? [] : ['--network-profile', options.networkProfile]),
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(options.allowUnsandboxed ? ['--allow-unsandboxed'] : []),
    ...(options.flags ?? []),
  ];
}

/** Waits for the agent that `child` is or starts. `pid` tells a fresh endpoint file from a stale one. */
export async function connectToAgent(
  child: ChildProgram,
  dataFolder: string,
  pid?: number,
): Promise<AgentProgram> {
  const file = path.join(dataFolder, ENDPOINT_FILE_NAME);
  const endpoint = await child.waitUntil(async () => {
    const content = readJson(file, endpointFileSchema);
    if (content === undefined || (pid !== undefined && content.pid !== pid)) return undefined;
    return (await answers(content.port)) ? content : undefined;
  }, START_TIMEOUT_MS);
  const baseUrl = `http://127.0.0.1:${endpoint.port}`;
  const request = async (method: string, route: string, body?: unknown) => {
    const response = await fetch(baseUrl + route, {
      method,
      headers: {
        authorization: `Bearer ${endpoint.tokens.ui}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    child,
    endpoint,
    dashboardUrl: `${baseUrl}/#token=${endpoint.tokens.ui}`,
    request,
    status: async () => statusSchema.parse(await request('GET', '/v1/status')),
    [Symbol.asyncDispose]: () => child.stop(),
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/v1/health`)).ok;
  } catch {
    return false;
  }
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Not written yet, or half written: the caller looks again.
    return undefined;
  }
}

function demoModelFolders(): string[] {
  return readdirSync(MODELS_FOLDER)
    .map((name) => path.join(MODELS_FOLDER, name))
    .filter((folder) => existsSync(path.join(folder, MANIFEST_FILE_NAME)));
}
