import path from 'node:path';
import type { WorkerCommand } from './sandbox.ts';

/** The file of the worker's folder that the command runs; `entryPath` is the worker's own. */
export function programEntry(entryPath: string, program: WorkerCommand['program'] = 'host'): string {
  return program === 'host' ? entryPath : path.join(path.dirname(entryPath), `${program}.js`);
}
