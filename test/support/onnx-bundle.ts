import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerModel } from '../../src/agent/jobs/worker-process.ts';

/** Writes files as a bundle and returns it as a worker takes it. */
export function writeBundle(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  fields: Partial<WorkerModel['manifest']> = {},
): WorkerModel {
  const listed = Object.entries(files).map(([name, content]) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    const bytes = Buffer.from(content);
    return { path: name, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  return {
    folder,
    manifest: {
      schemaVersion: 1,
      id: 'test',
      name: 'Test',
      version: '1.0.0',
      description: '',
      licence: 'MIT',
      demo: true,
      tasks: ['onnx.run'],
      files: listed,
      ...fields,
    },
  };
}
