import type { QuarantinedModel } from '../../shared/local-api.ts';
import { localTime } from './status-text.ts';

/** The models that are not run any more, with when and why, for a terminal. */
export function quarantineText(models: readonly QuarantinedModel[]): string[] {
  return models.map(({ digest, modelId, at, faults }) =>
    [
      `${modelId}  in quarantine since ${localTime(at)}: it broke Gata's workers`,
      ...faults.map((fault) => `  ${localTime(fault.at)}  ${fault.kind}: ${fault.detail}`),
      `  ${digest}`,
      `  Try it again: gata models retry ${modelId}`,
    ].join('\n'),
  );
}

/** @returns the models of this id, or the one whose digest begins so. */
export function findQuarantined(
  models: readonly QuarantinedModel[],
  idOrDigest: string,
): readonly QuarantinedModel[] {
  const byId = models.filter((model) => model.modelId === idOrDigest);
  if (byId.length > 0) return byId;
  const byDigest = models.filter((model) => model.digest.startsWith(idOrDigest));
  return idOrDigest.length >= 8 && byDigest.length === 1 ? byDigest : [];
}
