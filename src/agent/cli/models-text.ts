import type { ModelView } from '../../shared/local-api.ts';
import type { CatalogueView, ModelTrust } from '../../shared/model-trust.ts';
import { localTime } from './status-text.ts';

/** One model for a terminal: what it is, whether it may run, and what went wrong. */
export function modelText(model: ModelView): string {
  const { digest, manifest, state, bytes, downloadedBytes, origin, trust, error } = model;
  const progress =
    state === 'downloading' ? ` ${Math.floor((100 * downloadedBytes) / Math.max(bytes, 1))} %` : '';
  const demo = manifest.demo ? ', demo model' : '';
  return [
    `${manifest.id} ${manifest.version}  ${state}${progress}  ${megabytes(bytes)}  ${origin}${demo}  ${manifest.tasks.join(', ')}`,
    `  ${digest}`,
    ...(trust === undefined ? [] : [`  ${trustText(trust)}`]),
    ...(error === null ? [] : [`  ${error.message}`]),
  ].join('\n');
}

/** Everything to know before one allows a model. */
export function modelFacts({ digest, manifest, bytes, trust, error }: ModelView): string {
  return [
    `${manifest.id} ${manifest.version}: ${manifest.name}`,
    ...(manifest.description === '' ? [] : [`  ${manifest.description}`]),
    `  licence   ${manifest.licence}`,
    `  jobs      ${manifest.tasks.join(', ')}`,
    `  size      ${megabytes(bytes)} in ${manifest.files.length} files`,
    `  digest    ${digest}`,
    ...manifest.files.map((file) => `  file      ${file.sha256}  ${file.path}`),
    ...(trust === undefined ? [] : [`  trust     ${trustText(trust)}`]),
    `  found     ${error === null ? 'nothing that is refused' : error.message}`,
  ].join('\n');
}

/** What this node knows of the network's catalogue. */
export function catalogueText(catalogue: CatalogueView): string {
  if (!catalogue.configured) return 'Model catalogue: not configured, so no model of the network is run.';
  const { keysSequence, revocationsSequence, revocationsExpireAt, stale, problem } = catalogue;
  const lists =
    keysSequence === null || revocationsExpireAt === null
      ? 'not fetched yet'
      : `key list ${keysSequence}, revocation list ${revocationsSequence} ${stale ? 'STALE since' : 'fresh until'} ${localTime(revocationsExpireAt)}`;
  return `Model catalogue: ${lists}${problem === null ? '' : `\n  ${problem}`}`;
}

/** @returns the models of this id, or the one whose digest begins so. */
export function findModels(models: readonly ModelView[], idOrDigest: string): readonly ModelView[] {
  const byId = models.filter((model) => model.manifest.id === idOrDigest);
  if (byId.length > 0) return byId;
  const byDigest = models.filter((model) => model.digest.startsWith(idOrDigest));
  return idOrDigest.length >= 8 && byDigest.length === 1 ? byDigest : [];
}

const STATES: Readonly<Record<ModelTrust['state'], string>> = {
  signed: 'signed by key',
  allowed: 'allowed by you',
  unasked: 'NOT RUN: not allowed by you yet',
  refused: 'NOT RUN: refused',
  revoked: 'NOT RUN: revoked',
};

function trustText({ state, keyId, detail }: ModelTrust): string {
  const who = keyId === null ? '' : ` ${keyId}`;
  return `${STATES[state]}${who}${detail === null ? '' : `. ${detail}`}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
