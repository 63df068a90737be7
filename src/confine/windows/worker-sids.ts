import { createHash } from 'node:crypto';
import type { WindowsLevel } from '../../shared/windows-confinement.ts';
import { capabilitySid, containerSid, restrictingSid, type Sid } from './sid.ts';

/** The SIDs by which files and objects are opened to a worker. */
export interface WorkerSids {
  /** Every worker has it: it reads the program. */
  readonly program: Sid;
  /** Every worker of one model has it: it reads that model. */
  readonly model: Sid;
  /** This worker alone has it. */
  readonly worker: Sid;
}

/** @param name the worker's own. @param modelFolder null: a worker without a model. */
export function workerSids(level: WindowsLevel, name: string, modelFolder: string | null): WorkerSids {
  const make = level === 'app-container' ? capabilitySid : restrictingSid;
  // Windows does not tell capitals apart in paths; a hash, because a name's length is limited.
  const model = createHash('sha256')
    .update((modelFolder ?? '').toLowerCase())
    .digest('hex');
  return {
    program: make('gataWorkerProgram'),
    model: make(`gataModel${model}`),
    worker:
      level === 'app-container' ? containerSid(containerName(name)) : restrictingSid(`gataWorker${name}`),
  };
}

export function containerName(workerName: string): string {
  return `Gata.Worker.${workerName}`;
}
