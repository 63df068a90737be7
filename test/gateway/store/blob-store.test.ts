import { createHash } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobStore } from '../../../src/gateway/store/blob-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const bytes = Buffer.from('some bytes');
const sha256 = createHash('sha256').update(bytes).digest('hex');
let folder: ReturnType<typeof temporaryFolder>;
let blobs: BlobStore;

beforeEach(async () => {
  folder = temporaryFolder();
  blobs = await BlobStore.open(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

describe('the blob store', () => {
  it('gives back what was put, by its hash', async () => {
    expect(await blobs.put(bytes)).toBe(sha256);
    expect(await blobs.put(bytes)).toBe(sha256);
    expect(await blobs.read(sha256)).toEqual(bytes);
    expect(await blobs.size(sha256)).toBe(bytes.byteLength);
    expect(await blobs.size('0'.repeat(64))).toBeUndefined();
    await expect(blobs.read('0'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps nothing of an upload whose hash is wrong or that breaks off', async () => {
    const wrong = blobs.receive('0'.repeat(64), Readable.from([bytes]));
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-request' });
    const broken = new Readable({ read() {} });
    broken.push(bytes);
    const received = blobs.receive(sha256, broken);
    broken.destroy(new Error('The connection broke.'));
    await expect(received).rejects.toThrow('The connection broke.');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('cannot be led out of its folder', async () => {
    await expect(blobs.read('../../../etc/passwd')).rejects.toThrow();
  });

  it('removes what a crash left, and what nobody names and is old', async () => {
    await blobs.put(bytes);
    const kept = await blobs.put(Buffer.from('kept'));
    writeFileSync(path.join(folder.path, 'cut-short.part'), 'half');
    const reopened = await BlobStore.open(folder.path);
    expect(readdirSync(folder.path)).toHaveLength(2);
    const now = new Date();
    expect(await reopened.sweep((name) => name === kept, 1000, now)).toBe(0);
    const old = new Date(now.getTime() - 5000);
    for (const name of [sha256, kept]) utimesSync(path.join(folder.path, name), old, old);
    expect(await reopened.sweep((name) => name === kept, 1000, now)).toBe(1);
    expect(readdirSync(folder.path)).toEqual([kept]);
  });
});
