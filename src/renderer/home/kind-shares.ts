import type { Totals } from '../../shared/local-api.ts';
import { TASK_KINDS, type TaskKind } from '../../shared/task.ts';
import { share } from '../format/amount.ts';

/** Finished jobs of every kind, in a fixed order so that rows do not move, with their share of all. */
export function kindShares(totals: Totals): { kind: TaskKind; count: number; share: number }[] {
  const order: readonly TaskKind[] = ['text.generate', 'embedding', 'image.classify', 'onnx.run'];
  const sum = TASK_KINDS.reduce((total, kind) => total + (totals.byKind[kind] ?? 0), 0);
  return order.map((kind) => {
    const count = totals.byKind[kind] ?? 0;
    return { kind, count, share: share(count, sum) };
  });
}
