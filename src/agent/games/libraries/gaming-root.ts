/** "RGBX", read as a little-endian number. */
const MAGIC = 0x58424752;
/** A drive has one folder of games, or a few. */
const FOLDERS_LIMIT = 255;

/**
 * Reads `.GamingRoot`, which the Xbox app puts at a drive's root: the letters RGBX, a 32-bit number (1 in every file
 * that was ever described), then folders relative to the drive as UTF-16LE texts, each ended by a zero. Microsoft does
 * not publish the format; this agrees with GameFinder (GPL, read for facts only) and two reports by users. The number
 * is thought to count the folders: it is not relied on.
 * Undefined when the file is something else. Absolute folders and such that lead out of the drive are left out.
 */
export function parseGamingRoot(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const text = bytes.toString('utf16le', 8, bytes.length - (bytes.length % 2));
  return text
    .split('\0', FOLDERS_LIMIT)
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '' && !/^[\\/]|:/.test(folder) && !folder.split(/[\\/]/).includes('..'));
}
