import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  const binaries = [
    nodePath,
    path.join(runtimeBinaries, 'onnxruntime_binding.node'),
    path.join(
      root,
      'node_modules',
      '@img',
      `sharp-${process.platform}-${process.arch}`,
      'lib',
      await sharpBinaryName(root),
    ),
  ].filter((file) => existsSync(file));
  return { root, paths: [...new Set(paths)], binaries };
}

async function sharpBinaryName(root: string): Promise<string> {
  const file = path.join(root, 'node_modules', 'sharp', 'package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(file, 'utf8')));
  return `sharp-${process.platform}-${process.arch}-${version}.node`;
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
