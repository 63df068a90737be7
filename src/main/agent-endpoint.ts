import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ENDPOINT_FILE_NAME, type EndpointFile, endpointFileSchema } from '../shared/local-api.ts';
import type { ShellEndpoint } from '../shared/shell-contract.ts';

/**
 * The endpoint file of the data folder. Undefined when there is none, or while it is half written; it may
 * also be one that a killed agent left behind.
 */
export async function readEndpointFile(dataFolder: string): Promise<EndpointFile | undefined> {
  try {
    const text = await readFile(path.join(dataFolder, ENDPOINT_FILE_NAME), 'utf8');
    return endpointFileSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

export function shellEndpoint(file: EndpointFile): ShellEndpoint {
  return { baseUrl: `http://127.0.0.1:${file.port}`, token: file.tokens.ui };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
