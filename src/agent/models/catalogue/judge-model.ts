import { CatalogueFault } from '../../../shared/catalogue-fault.ts';
import { checkEntryDates, isStale, type KeyTrust } from '../../../shared/catalogue-trust.ts';
import type { ModelEntry, RevocationList } from '../../../shared/model-catalogue.ts';
import type { ModelManifest } from '../../../shared/model-manifest.ts';
import type { ModelTrust } from '../../../shared/model-trust.ts';
import type { GatedModel } from '../model-gate.ts';

/** What is known when a model is judged. */
export interface CatalogueKnowledge {
  /** Whether a root key is pinned. */
  readonly isConfigured: boolean;
  readonly trust: KeyTrust | undefined;
  readonly revocations: RevocationList | undefined;
  /** The model's entry with the id of the key that signed it, or with what is wrong with its signature. */
  readonly entry: { readonly payload: ModelEntry; readonly signer: string | CatalogueFault } | undefined;
  /** The user chose to run exactly this model. */
  readonly isAllowed: boolean;
  /** The version of this node's admission rules. */
  readonly admissionVersion: number;
  /** What went wrong when the catalogue was last asked; a sentence. */
  readonly problem: string | undefined;
}

/**
 * Whether a model may run. A revocation comes before everything; then the user's own choice for a model added by
 * hand; then the catalogue's word.
 */
export function judgeModel(model: GatedModel, knowledge: CatalogueKnowledge, nowMs: number): ModelTrust {
  const revoked = knowledge.revocations?.models.find((each) => each.digest === model.digest);
  if (revoked !== undefined) {
    return { state: 'revoked', keyId: null, detail: `The model was revoked: ${revoked.reason}` };
  }
  const byCatalogue = judgeByCatalogue(model, knowledge, nowMs);
  if (byCatalogue.state === 'signed' || model.origin === 'network') return byCatalogue;
  return knowledge.isAllowed
    ? { state: 'allowed', keyId: null, detail: null }
    : {
        state: 'unasked',
        keyId: null,
        detail: 'You added this model, and nobody vouches for it. Allow it if you trust where it comes from.',
      };
}

function judgeByCatalogue(model: GatedModel, knowledge: CatalogueKnowledge, nowMs: number): ModelTrust {
  const { isConfigured, trust, revocations, entry, admissionVersion, problem } = knowledge;
  if (!isConfigured) return refused(NOT_CONFIGURED);
  if (trust === undefined || revocations === undefined) {
    return refused(`The network's model catalogue could not be had. ${problem ?? 'It was not fetched yet.'}`);
  }
  if (entry === undefined) {
    return refused(problem ?? "The network's model catalogue does not list it.");
  }
  if (entry.signer instanceof CatalogueFault) return refused(entry.signer.message);
  const fault = faultOfDates(entry.payload, nowMs) ?? contradiction(entry.payload, model);
  if (fault !== undefined) return refused(fault);
  if (entry.payload.minimumAdmission > admissionVersion) {
    return refused('It needs newer rules for checking models than this version of Gata has. Update Gata.');
  }
  const signed = { state: 'signed', keyId: entry.signer } as const;
  if (!isStale(revocations, nowMs)) return { ...signed, detail: null };
  const since = `The list of revoked models is stale since ${revocations.expiresAt}, so that more may have been revoked.`;
  return model.isInstalled ? { ...signed, detail: since } : refused(`${since} No new model is taken.`);
}

function faultOfDates(entry: ModelEntry, nowMs: number): string | undefined {
  try {
    checkEntryDates(entry, nowMs);
    return undefined;
  } catch (error) {
    if (error instanceof CatalogueFault) return error.message;
    throw error;
  }
}

/** The digest says it all; that the entry's own words agree with the manifest guards against a signer's mistake. */
function contradiction(entry: ModelEntry, { digest, manifest }: GatedModel): string | undefined {
  if (entry.digest !== digest) return 'Its catalogue entry is about another model.';
  if (entry.modelId !== manifest.id || entry.modelVersion !== manifest.version) {
    return `Its catalogue entry calls it ${entry.modelId} ${entry.modelVersion}.`;
  }
  return haveSameTasks(entry, manifest) ? undefined : 'Its catalogue entry names other kinds of jobs.';
}

function haveSameTasks(entry: ModelEntry, manifest: ModelManifest): boolean {
  return [...entry.tasks].sort().join() === [...manifest.tasks].sort().join();
}

function refused(detail: string): ModelTrust {
  return { state: 'refused', keyId: null, detail };
}

const NOT_CONFIGURED =
  'This Gata trusts no model catalogue, so it runs no model that only a gateway names. Start it with --catalogue-root and the root key that the network publishes.';
