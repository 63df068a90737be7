import { z } from 'zod';

/**
 * What a model did to the worker that held it. Two within a day quarantine the model on the node:
 * `docs/security.md`.
 */
const workerFaultKindSchema = z.enum([
  /** The process ended by itself: a crash in native code, or an exit. */
  'crash',
  /** It said what it was not asked, or more than a job may give out. */
  'protocol-violation',
  /** The kernel killed it for want of memory, or it took more of the card's memory than a worker may. */
  'memory',
  /** It was silent until its deadline, in native code that nothing but a kill ends. */
  'hang',
]);
export type WorkerFaultKind = z.infer<typeof workerFaultKindSchema>;

export const workerFaultSchema = z.object({
  at: z.iso.datetime(),
  kind: workerFaultKindSchema,
  /** In words; never the job's input or output. */
  detail: z.string().max(500),
});
export type WorkerFault = z.infer<typeof workerFaultSchema>;
