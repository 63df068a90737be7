import { decodeMessage, encodeMessage } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import { BLOB_BYTES_LIMIT, INLINE_PAYLOAD_BYTES, type Payload } from '../../shared/job-protocol.ts';
import { type TaskInput, type TaskOutput, taskOutputSchema } from '../../shared/task.ts';
import type { BlobStore } from './blob-store.ts';

/** Encodes an input, into a blob when it is too large for a message. */
export async function storeInput(
  input: TaskInput,
  blobs: BlobStore,
): Promise<{ payload: Payload; encoded: Uint8Array }> {
  const encoded = encodeMessage(input);
  if (encoded.byteLength > BLOB_BYTES_LIMIT) {
    throw new GataError('payload-too-large', `A job's input may have at most ${BLOB_BYTES_LIMIT} bytes.`);
  }
  if (encoded.byteLength <= INLINE_PAYLOAD_BYTES) return { payload: { inline: encoded }, encoded };
  return { payload: { blob: await blobs.put(encoded), bytes: encoded.byteLength }, encoded };
}

/** @throws when the payload is missing, malformed or no TaskOutput. */
export async function loadOutput(payload: Payload, blobs: BlobStore): Promise<TaskOutput> {
  return taskOutputSchema.parse(decodeMessage(await payloadBytes(payload, blobs)));
}

async function payloadBytes(payload: Payload, blobs: BlobStore): Promise<Uint8Array> {
  return 'inline' in payload ? payload.inline : await blobs.read(payload.blob);
}
