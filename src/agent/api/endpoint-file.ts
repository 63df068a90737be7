import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ENDPOINT_FILE_NAME, type EndpointFile, endpointFileSchema } from '../../shared/local-api.ts';
import { writePrivateFile } from '../private-file.ts';

/** Where the agent can be reached, for its clients on this machine; removed when it closes. */
export function writeEndpointFile(dataFolder: string, endpoint: EndpointFile): Disposable {
  const path = join(dataFolder, ENDPOINT_FILE_NAME);
  writePrivateFile(path, `${JSON.stringify(endpoint, undefined, 2)}\n`);
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

/** The endpoint file's content, or undefined when no agent has written one. @throws Error when it is damaged. */
export function readEndpointFile(dataFolder: string): EndpointFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataFolder, ENDPOINT_FILE_NAME), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return endpointFileSchema.parse(JSON.parse(text));
}
