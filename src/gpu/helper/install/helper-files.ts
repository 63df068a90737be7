import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the installed helper, and where it comes from. */
export interface HelperFile {
  /** Below the helper's folder, with `/`. */
  readonly name: string;
  readonly source: string;
  readonly executable: boolean;
}

/** Its installer too, so that it can be removed when the app is gone. */
const PROGRAMS = ['helper.js', 'install-helper.js'];

/** What koffi's loader reads; its sources and documentation stay behind. */
const KOFFI_FILES = [
  'package.json',
  'index.js',
  'LICENSE.txt',
  'src/koffi/index.js',
  'src/koffi/src/static.js',
];

/**
 * The helper's own files: this Node, the bundles, and koffi with its native part for this system.
 * @param bundleFolder holds `helper.js`, `install-helper.js` and their chunks
 */
export function helperFiles(bundleFolder: string, platform: NodeJS.Platform): HelperFile[] {
  const node = platform === 'win32' ? 'node.exe' : 'node';
  const modules = dirname(dirname(fileURLToPath(import.meta.resolve('koffi'))));
  const native = `@koromix/koffi-${platform}-${process.arch}`;
  return [
    { name: node, source: process.execPath, executable: true },
    ...PROGRAMS.map((name) => plain(name, join(bundleFolder, name))),
    ...filesBelow(join(bundleFolder, 'chunks')).map((name) =>
      plain(`chunks/${name}`, join(bundleFolder, 'chunks', name)),
    ),
    ...KOFFI_FILES.map((name) => plain(`node_modules/koffi/${name}`, join(modules, 'koffi', name))),
    ...filesBelow(join(modules, native)).map((name) =>
      plain(`node_modules/${native}/${name}`, join(modules, native, name)),
    ),
  ];
}

function plain(name: string, source: string): HelperFile {
  return { name, source, executable: false };
}

/** Files only, whatever else lies there, in a steady order. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
