import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DEMO_MODELS } from './test-gateway.ts';

const root = path.resolve(import.meta.dirname, '../..');
const endpointSchema = z.object({ url: z.string(), brokerUrl: z.string(), pid: z.int(), apiKey: z.string() });
const START_TIMEOUT_MS = 60_000;

/** The gateway as a process of its own, which a test may kill. */
export class GatewayProcess implements AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, { url, apiKey }: z.infer<typeof endpointSchema>) {
    this.#child = child;
    this.url = url;
    this.apiKey = apiKey;
  }

  static async start(dataDir: string, ...args: string[]): Promise<GatewayProcess> {
    const child = spawn(
      process.execPath,
      [
        path.join(root, 'src/gateway/main.ts'),
        ...['--data-dir', dataDir, '--log-level', 'warn', '--models', ...DEMO_MODELS],
        ...args,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      const endpoint = await readEndpoint(path.join(dataDir, 'gateway.json'));
      // A file that a killed gateway left names another process.
      if (endpoint?.pid === child.pid && endpoint !== undefined) return new GatewayProcess(child, endpoint);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGKILL');
    throw new Error(`The gateway did not start (exit code ${child.exitCode}).`);
  }

  /** @returns its exit code, null when it was killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      await exited;
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGTERM');
  }
}

async function readEndpoint(file: string): Promise<z.infer<typeof endpointSchema> | undefined> {
  try {
    return endpointSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
