import { z } from 'zod';
import { QUARANTINED_MODELS_LIMIT } from '../../shared/job-protocol.ts';
import { sha256Schema } from '../../shared/model-manifest.ts';
import { type WorkerFault, workerFaultSchema } from '../../shared/worker-fault.ts';

const FAULTS_LIMIT = 2;
const WINDOW_MS = 24 * 3600_000;
/** Models of which one fault is remembered, besides those in quarantine. */
const SUSPECTS_LIMIT = 256;

/**
 * What is known against one model. Times are those of the machine's clock.
 *
 * | event                                             | faults             | quarantined |
 * |---------------------------------------------------|--------------------|-------------|
 * | fault, the only one within 24 hours               | that one           | no          |
 * | fault, the second within 24 hours                 | both               | yes         |
 * | fault of one in quarantine                        | as they were       | yes         |
 * | the user lifts it                                 | none               | no          |
 * | start of another version of Gata                  | none               | no          |
 *
 * A good run in between clears nothing: a model that breaks every other worker is still one that breaks workers.
 */
export const suspectSchema = z.object({
  digest: sha256Schema,
  modelId: z.string(),
  /** Of Gata, when the faults happened: an update may have mended what they were about. */
  agentVersion: z.string(),
  /** Oldest first. */
  faults: z.array(workerFaultSchema).min(1).max(FAULTS_LIMIT),
  quarantinedAt: z.iso.datetime().nullable(),
});
export type Suspect = z.infer<typeof suspectSchema>;

export interface NewFault extends WorkerFault {
  readonly digest: string;
  readonly modelId: string;
}

/** @param suspects the one that broke a worker last comes last. */
export function afterFault(
  suspects: readonly Suspect[],
  { digest, modelId, ...fault }: NewFault,
  agentVersion: string,
): Suspect[] {
  const known = suspects.find((suspect) => suspect.digest === digest);
  if (known?.quarantinedAt != null) return [...suspects];
  const since = Date.parse(fault.at) - WINDOW_MS;
  const recent = (known?.faults ?? []).filter((earlier) => Date.parse(earlier.at) >= since);
  const faults = [...recent, fault];
  const quarantinedAt = faults.length >= FAULTS_LIMIT ? fault.at : null;
  const others = suspects.filter((suspect) => suspect.digest !== digest);
  return bounded([...others, { digest, modelId, agentVersion, faults, quarantinedAt }]);
}

/** What still counts after a start with this version of Gata. */
export function ofVersion(suspects: readonly Suspect[], agentVersion: string): Suspect[] {
  return suspects.filter((suspect) => suspect.agentVersion === agentVersion);
}

/** Drops the oldest of each sort, so that a flood of models fills neither the disk nor a presence. */
function bounded(suspects: readonly Suspect[]): Suspect[] {
  const quarantined = suspects.filter((suspect) => suspect.quarantinedAt !== null);
  const others = suspects.filter((suspect) => suspect.quarantinedAt === null);
  const kept = new Set([...quarantined.slice(-QUARANTINED_MODELS_LIMIT), ...others.slice(-SUSPECTS_LIMIT)]);
  return suspects.filter((suspect) => kept.has(suspect));
}
