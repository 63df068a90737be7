import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Feeds a file to a hash in pieces that do not hold up the event loop. */
export async function hashFileInto(hash: Hash, path: string, signal?: AbortSignal): Promise<void> {
  const stream = createReadStream(path, { highWaterMark: 512 * 1024, ...(signal && { signal }) });
  for await (const piece of stream) hash.update(piece);
}

/** SHA-256 of a file, 64 hexadecimal digits. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await hashFileInto(hash, path, signal);
  return hash.digest('hex');
}
