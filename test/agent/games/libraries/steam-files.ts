/** Steam's files as Steam writes them. */

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

export function appManifest(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([key, value]) => `\t${quoted(key)}\t\t${quoted(value)}`);
  return `"AppState"\n{\n${lines.join('\n')}\n\t"UserConfig"\n\t{\n\t\t"language"\t\t"english"\n\t}\n}\n`;
}

/** An installed app of 1,000 bytes. */
export function installedApp(appid: number, name: string, installdir: string): string {
  return appManifest({ appid: String(appid), name, StateFlags: '4', installdir, SizeOnDisk: '1000' });
}

/** The list of libraries since 2021. */
export function libraryFolders(...paths: readonly string[]): string {
  const sections = paths.map(
    (path, index) => `\t"${index}"\n\t{\n\t\t"path"\t\t${quoted(path)}\n\t\t"apps"\n\t\t{\n\t\t}\n\t}\n`,
  );
  return `"libraryfolders"\n{\n${sections.join('')}}\n`;
}

/** The list of libraries before: Steam's own folder is not in it. */
export function oldLibraryFolders(...paths: readonly string[]): string {
  const lines = paths.map((path, index) => `\t"${index + 1}"\t\t${quoted(path)}\n`);
  return `"LibraryFolders"\n{\n\t"TimeNextStatsReport"\t\t"1600000000"\n\t"ContentStatsID"\t\t"-1"\n${lines.join('')}}\n`;
}

type Binary = { readonly [key: string]: string | number | Binary };

/** Binary KeyValues; numbers as 32-bit. With `keys`, keys become positions in that table, which grows. */
export function binaryVdf(content: Binary, keys?: string[]): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of Object.entries(content)) {
    const type = typeof value === 'string' ? 1 : typeof value === 'number' ? 2 : 0;
    parts.push(Buffer.of(type), keys === undefined ? Buffer.from(`${key}\0`) : keyPosition(key, keys));
    if (typeof value === 'string') parts.push(Buffer.from(`${value}\0`));
    else if (typeof value === 'number') parts.push(int32(value));
    else parts.push(binaryVdf(value, keys));
  }
  return Buffer.concat([...parts, Buffer.of(8)]);
}

/** `appcache/appinfo.vdf` of the versions 27 to 29. */
export function appInfo(version: 27 | 28 | 29, types: Readonly<Record<number, string>>): Buffer {
  const keys = version === 29 ? [] : undefined;
  const entries = Object.entries(types).map(([appId, type]) => {
    const content = binaryVdf(
      { appinfo: { appid: Number(appId), common: { name: 'App', type }, extended: {} } },
      keys,
    );
    const header = Buffer.alloc(version === 27 ? 40 : 60);
    return Buffer.concat([int32(Number(appId)), int32(header.length + content.length), header, content]);
  });
  const body = Buffer.concat([...entries, int32(0)]);
  const magic = { 27: 0x07564427, 28: 0x07564428, 29: 0x07564429 }[version];
  if (keys === undefined) return Buffer.concat([int32(magic), int32(1), body]);
  const position = Buffer.alloc(8);
  position.writeBigInt64LE(BigInt(16 + body.length));
  const table = Buffer.concat([int32(keys.length), ...keys.map((key) => Buffer.from(`${key}\0`))]);
  return Buffer.concat([int32(magic), int32(1), position, body, table]);
}

function keyPosition(key: string, keys: string[]): Buffer {
  if (!keys.includes(key)) keys.push(key);
  return int32(keys.indexOf(key));
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes;
}
