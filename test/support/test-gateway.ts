import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway/compose.ts';

export const DEMO_MODELS = ['npc-chat', 'digits'].map((name) =>
  path.resolve(import.meta.dirname, '../../assets/models', name),
);

export interface TestGateway extends Gateway, AsyncDisposable {
  readonly dataDir: string;
  readonly client: OpenAI;
}

/** A whole gateway on loopback with a data folder of its own; short waits unless told otherwise. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'gata-gateway-')));
  const gateway = await startGateway({ models: DEMO_MODELS, ...options, dataDir });
  return {
    ...gateway,
    dataDir,
    client: openAIClient(gateway),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function openAIClient(gateway: Pick<Gateway, 'url' | 'apiKey'>): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey, maxRetries: 0 });
}
