import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Endpoint {
  readonly url: string;
  readonly brokerUrl: string;
  readonly pid: number;
  /** Of the sample buyer. */
  readonly apiKey: string;
}

/** Tells programs of the same user where the gateway is; there only while it is ready. */
export async function publishEndpoint(dataDir: string, endpoint: Endpoint): Promise<AsyncDisposable> {
  const file = path.join(dataDir, 'gateway.json');
  const draft = `${file}.${endpoint.pid}.part`;
  await writeFile(draft, `${JSON.stringify(endpoint, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
  return {
    async [Symbol.asyncDispose]() {
      await rm(file, { force: true });
    },
  };
}
