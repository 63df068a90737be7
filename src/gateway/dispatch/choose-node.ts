import type { TaskKind } from '../../shared/task.ts';

export interface JobToPlace {
  readonly kind: TaskKind;
  readonly modelDigest: string;
  /** Node ids that are not offered this job again before the time given (ms since 1970). */
  readonly avoidUntil: ReadonlyMap<string, number>;
}

export interface NodeCandidate {
  readonly id: string;
  readonly ready: boolean;
  readonly capacity: number;
  /** Jobs offered to it or running on it. */
  readonly load: number;
  readonly kinds: readonly TaskKind[];
  readonly cachedModels: ReadonlySet<string>;
  /** Digests that it refuses. */
  readonly quarantinedModels: ReadonlySet<string>;
}

/**
 * The node to offer a job to: ready, with free capacity, able to do it, and not to be avoided. A node that has
 * the model comes before one that would have to fetch it; then the least loaded; then the lowest id, so that
 * the same nodes give the same answer.
 */
export function chooseNode(
  job: JobToPlace,
  nodes: Iterable<NodeCandidate>,
  nowMs: number,
): NodeCandidate | undefined {
  let best: NodeCandidate | undefined;
  for (const node of nodes) {
    if (canTake(node, job, nowMs) && (best === undefined || isBetter(node, best, job))) best = node;
  }
  return best;
}

export function hasRoom(node: NodeCandidate): boolean {
  return node.ready && node.load < node.capacity;
}

function canTake(node: NodeCandidate, job: JobToPlace, nowMs: number): boolean {
  return (
    hasRoom(node) &&
    node.kinds.includes(job.kind) &&
    !node.quarantinedModels.has(job.modelDigest) &&
    (job.avoidUntil.get(node.id) ?? nowMs) <= nowMs
  );
}

function isBetter(node: NodeCandidate, best: NodeCandidate, job: JobToPlace): boolean {
  const cached = node.cachedModels.has(job.modelDigest);
  if (cached !== best.cachedModels.has(job.modelDigest)) return cached;
  const load = node.load / node.capacity;
  const bestLoad = best.load / best.capacity;
  if (load !== bestLoad) return load < bestLoad;
  return node.id < best.id;
}
