import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { WorkerProgram } from './sandbox.ts';

export interface WorkerFiles {
  /** The folder that holds `out` and `node_modules`. */
  readonly root: string;
  /** What the worker reads to run, in absolute paths under `root`. */
  readonly paths: readonly string[];
  /** Those whose shared libraries it needs besides. */
  readonly binaries: readonly string[];
}

const packageFileSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** Only what ONNX Runtime loads: its install step and the other platforms' libraries stay outside. */
const RUNTIME_PARTS = ['package.json', 'dist'];

/** Finds the worker's program and the packages with native parts that its bundle leaves outside. */
export async function findWorkerFiles({ entryPath, nodePath }: WorkerProgram): Promise<WorkerFiles> {
  const program = path.dirname(path.resolve(entryPath));
  const root = path.resolve(program, '..', '..');
  const runtime = path.join(root, 'node_modules', 'onnxruntime-node');
  const runtimeBinaries = path.join(runtime, 'bin', 'napi-v6', process.platform, process.arch);
  const paths = [
    program,
    path.join(root, 'package.json'),
    ...RUNTIME_PARTS.map((part) => path.join(runtime, part)),
    runtimeBinaries,
    path.join(root, 'node_modules', 'onnxruntime-common'),
    ...(await packageWithDependencies('sharp', root, root)),
  ].filter((file) => existsSync(file));
  const sharpBinaries = path.join(
    root,
    'node_modules',
    '@img',
    `sharp-${process.platform}-${process.arch}`,
    'lib',
  );
  const folders = [runtimeBinaries, sharpBinaries].filter((folder) => existsSync(folder));
  const addons = await Promise.all(folders.map(addonsIn));
  return { root, paths: [...new Set(paths)], binaries: [nodePath, ...addons.flat()] };
}

async function addonsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.node')).map((name) => path.join(folder, name));
}

/** The folders of a package and of all that it depends on, where Node would find them. */
async function packageWithDependencies(name: string, from: string, root: string): Promise<string[]> {
  const folder = findPackage(name, from, root);
  if (folder === undefined) return [];
  const text = await readFile(path.join(folder, 'package.json'), 'utf8');
  const { dependencies, optionalDependencies } = packageFileSchema.parse(JSON.parse(text));
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  const nested = await Promise.all(names.map((each) => packageWithDependencies(each, folder, root)));
  return [folder, ...nested.flat()];
}

function findPackage(name: string, from: string, root: string): string | undefined {
  const folder = path.join(from, 'node_modules', name);
  if (existsSync(folder)) return folder;
  return from === root || !from.startsWith(root) ? undefined : findPackage(name, path.dirname(from), root);
}
