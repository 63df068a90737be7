import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { taskKindSchema } from '../shared/task.ts';
import { inspectBundle } from './models/admission/inspect-bundle.ts';

/** The agent's thread that inspects one bundle (src/agent/models/admission) and ends. */
const orderSchema = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative(), location: z.string() })),
  tasks: z.array(taskKindSchema),
});
const { files, tasks } = orderSchema.parse(workerData);
parentPort?.postMessage(inspectBundle(files, tasks));
