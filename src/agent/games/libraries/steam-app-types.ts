import type { FileHandle } from 'node:fs/promises';
import { walkBinaryVdf } from './binary-vdf.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { VdfError } from './vdf.ts';

/** Versions 27, 28 and 29 of the file, by its first four bytes. */
const MAGIC_27 = 0x0756_4427;
const MAGIC_28 = 0x0756_4428;
const MAGIC_29 = 0x0756_4429;

const CHUNK_BYTES = 1024 * 1024;
const ENTRY_BYTES_LIMIT = 16 * 1024 * 1024;
const ENTRIES_LIMIT = 1_000_000;
const KEY_TABLE_BYTES_LIMIT = 32 * 1024 * 1024;

/**
 * What Steam itself says an app is ("Game", "Tool", "Application", "Config"), from its cache `appcache/appinfo.vdf`.
 * The file has everything of an account, up to some hundred megabytes: only entries that are asked for are decoded,
 * and it is read again only when an app turns up that was not in it.
 *
 * The format is not published; this is what SteamDatabase/SteamAppInfo (MIT) documents: magic, universe, (29: the
 * position of a table of keys), then entries of id, size, a header and binary KeyValues, until an id of 0.
 */
export class SteamAppTypes {
  readonly #machine: MachineFolders;
  readonly #known = new Map<string, { readonly types: Map<string, string>; signature: string }>();

  constructor(machine: MachineFolders) {
    this.#machine = machine;
  }

  /**
   * Types in lower case by app id, of those that are known.
   * @throws VdfError or UnreadableFileError; what was known before is then asked for without apps.
   */
  async of(steamFolder: string, appIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = this.#known.get(steamFolder) ?? { types: new Map<string, string>(), signature: '' };
    this.#known.set(steamFolder, known);
    if (appIds.every((appId) => known.types.has(appId))) return known.types;
    const path = pathsOf(this.#machine).join(steamFolder, 'appcache', 'appinfo.vdf');
    const { files } = this.#machine;
    const signature = await files.signature(path);
    if (signature === undefined || signature === known.signature) return known.types;
    known.signature = signature;
    const handle = await files.open(path);
    if (handle === undefined) return known.types;
    try {
      const wanted = new Set(appIds.map(Number));
      for (const [appId, type] of await readTypes(handle, wanted)) known.types.set(String(appId), type);
    } finally {
      await handle.close();
    }
    return known.types;
  }
}

async function readTypes(handle: FileHandle, wanted: Set<number>): Promise<ReadonlyMap<number, string>> {
  const file = new ChunkReader(handle);
  const magic = (await file.bytes(0, 8)).readUInt32LE(0);
  if (magic !== MAGIC_27 && magic !== MAGIC_28 && magic !== MAGIC_29) {
    throw new VdfError('of a version that Gata does not know');
  }
  const keys =
    magic === MAGIC_29 ? await readKeys(handle, (await file.bytes(8, 8)).readBigInt64LE(0)) : undefined;
  // State, time, token, SHA-1 of the text; change number; from 28 on SHA-1 of the binary data.
  const headerBytes = magic === MAGIC_27 ? 40 : 60;
  const types = new Map<number, string>();
  const missing = new Set(wanted);
  let at = magic === MAGIC_29 ? 16 : 8;
  for (let entries = 0; entries < ENTRIES_LIMIT && missing.size > 0; entries += 1) {
    const appId = (await file.bytes(at, 4)).readUInt32LE(0);
    if (appId === 0) return types;
    const size = (await file.bytes(at, 8)).readUInt32LE(4);
    if (missing.delete(appId) && size > headerBytes && size <= ENTRY_BYTES_LIMIT) {
      const content = await file.bytes(at + 8 + headerBytes, size - headerBytes);
      const type = appType(content, keys);
      if (type !== undefined) types.set(appId, type);
    }
    at += 8 + size;
  }
  return types;
}

async function readKeys(handle: FileHandle, position: bigint): Promise<readonly string[]> {
  const { size } = await handle.stat();
  const at = Number(position);
  if (at < 16 || at + 4 > size || size - at > KEY_TABLE_BYTES_LIMIT) {
    throw new VdfError('its table of keys is not where it says');
  }
  const table = await new ChunkReader(handle).bytes(at, size - at);
  // The last text ends with a zero too: what is after that is no key.
  return table.toString('utf8', 4).split('\0').slice(0, table.readUInt32LE(0));
}

/** `appinfo` → `common` → `type`. */
function appType(content: Buffer, keys: readonly string[] | undefined): string | undefined {
  const open: string[] = [];
  for (const event of walkBinaryVdf(content, keys)) {
    if (event.kind === 'open') {
      open.push(event.key.toLowerCase());
    } else if (event.kind === 'close') {
      // Nothing after `common` tells it.
      if (open.pop() === 'common') return undefined;
    } else if (open.length === 2 && open[1] === 'common' && event.key.toLowerCase() === 'type') {
      return event.value.toLowerCase();
    }
  }
  return undefined;
}

/** Reads a file from front to back in few large steps. */
class ChunkReader {
  readonly #handle: FileHandle;
  #chunk = Buffer.alloc(0);
  #chunkAt = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws VdfError when the file ends before. */
  async bytes(at: number, length: number): Promise<Buffer> {
    if (at < this.#chunkAt || at + length > this.#chunkAt + this.#chunk.length) {
      const chunk = Buffer.allocUnsafe(Math.max(length, CHUNK_BYTES));
      let filled = 0;
      while (filled < chunk.length) {
        const { bytesRead } = await this.#handle.read(chunk, filled, chunk.length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      this.#chunk = chunk.subarray(0, filled);
      this.#chunkAt = at;
      if (filled < length) throw new VdfError('cut off');
    }
    const from = at - this.#chunkAt;
    return this.#chunk.subarray(from, from + length);
  }
}
