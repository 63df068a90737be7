import { GataError } from '../../shared/gata-error.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { JobRow } from '../store/database-schema.ts';
import { loadOutput } from '../store/job-payload.ts';
import { outputPayload, parseStoredError } from '../store/job-store.ts';
import type { JobHandle, JobOutcome } from './job-handle.ts';

/** A job that is over, as the database has it. */
export class StoredJob implements JobHandle {
  readonly facts: JobHandle['facts'];
  readonly outcome: Promise<JobOutcome>;

  constructor(row: JobRow, blobs: BlobStore) {
    this.facts = {
      id: row.id,
      endpoint: row.endpoint,
      kind: row.kind,
      modelId: row.model_id,
      createdAt: row.created_at,
    };
    this.outcome = outcomeOf(row, blobs);
  }

  async *read(): AsyncGenerator<string> {
    const outcome = await this.outcome;
    if (outcome.state !== 'finished' || outcome.output.kind !== 'text.generate') return;
    if (outcome.output.text.length > 0) yield outcome.output.text;
  }
}

async function outcomeOf(row: JobRow, blobs: BlobStore): Promise<JobOutcome> {
  if (row.state === 'finished') {
    const payload = outputPayload(row);
    if (payload === undefined) return { state: 'failed', error: expired() };
    try {
      return { state: 'finished', output: await loadOutput(payload, blobs) };
    } catch (error) {
      return { state: 'failed', error: GataError.from(error) };
    }
  }
  const { code, message, param } = parseStoredError(row);
  return {
    state: row.state === 'cancelled' ? 'cancelled' : 'failed',
    error: new GataError(code, message, param === null ? {} : { param }),
  };
}

function expired(): GataError {
  return new GataError(
    'not-found',
    'The job finished, but its result is no longer kept. Ask again with a new key.',
  );
}
