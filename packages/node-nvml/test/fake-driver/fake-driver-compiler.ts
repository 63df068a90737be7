import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type FakeDriverPlatform = 'linux' | 'win32';

const SOURCES = join(import.meta.dirname, 'c');
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/fake-nvml');
const FLAGS = ['-std=gnu11', '-O2', '-shared', '-Wall', '-Wextra', '-Werror'];

const TARGETS = {
  linux: {
    library: 'libnvidia-ml.so.1',
    compilers: ['gcc'],
    debianPackage: 'gcc',
    // Never unmapped: a call may hang in it, on another thread, when the last user lets go.
    flags: ['-fPIC', '-fvisibility=hidden', '-Wl,-z,nodelete'],
    libraries: ['-lm', '-lpthread', '-ldl'],
    otherPlatform: '.win32.c',
  },
  win32: {
    library: 'nvml.dll',
    compilers: ['x86_64-w64-mingw32-gcc', 'x86_64-w64-mingw32-gcc.exe'],
    debianPackage: 'gcc-mingw-w64-x86-64',
    flags: ['-static-libgcc'],
    libraries: [],
    otherPlatform: '.linux.c',
  },
} as const;

/** The C compiler that makes the fake driver is not on this machine; `message` says how to get it. */
export class FakeDriverCompilerMissingError extends Error {
  override readonly name = 'FakeDriverCompilerMissingError';
}

/** Why there can be no fake driver for this system here; undefined when there can. For `describe.skipIf`. */
export function fakeDriverMissing(platform: FakeDriverPlatform = hostPlatform()): string | undefined {
  if (findCompiler(platform) !== undefined) return undefined;
  const { compilers, debianPackage } = TARGETS[platform];
  return `${compilers[0]} is not installed (Debian: apt-get install ${debianPackage})`;
}

/** The system whose libraries this process can load. */
export function hostPlatform(): FakeDriverPlatform {
  return process.platform === 'win32' ? 'win32' : 'linux';
}

/** What the library is called where a real driver installs it. */
export function libraryName(platform: FakeDriverPlatform): string {
  return TARGETS[platform].library;
}

/**
 * Compiles the fake library, once for each content of its sources.
 * @param hiddenSymbols Functions that the library shall not export.
 * @returns The library's path in the cache: copy it, for its state lies beside it.
 * @throws FakeDriverCompilerMissingError without a compiler; Error with the compiler's words when it fails.
 */
export async function compileFakeDriver(
  platform: FakeDriverPlatform,
  hiddenSymbols: readonly string[],
): Promise<string> {
  const target = TARGETS[platform];
  const compiler = findCompiler(platform);
  if (compiler === undefined) throw new FakeDriverCompilerMissingError(fakeDriverMissing(platform));
  const files = readdirSync(SOURCES).sort();
  const sources = files.filter((file) => file.endsWith('.c') && !file.endsWith(target.otherPlatform));
  // Under another name a function is as good as not there, and the library stays whole.
  const hiding = [...hiddenSymbols].sort().flatMap((symbol) => [
    `-D${symbol}=fakeNvmlHidden_${symbol}`,
    // Functions that macros define are counted under the name that the macro was given.
    `-DFN_fakeNvmlHidden_${symbol}=FN_${symbol}`,
  ]);
  const options = [...FLAGS, ...target.flags, ...hiding];
  const digest = createHash('sha256').update([platform, ...options, ...target.libraries].join('\0'));
  for (const file of files) digest.update(`\0${file}\0`).update(readFileSync(join(SOURCES, file)));
  const folder = join(CACHE, digest.digest('hex').slice(0, 20));
  const library = join(folder, target.library);
  if (existsSync(library)) return library;
  mkdirSync(CACHE, { recursive: true });
  // Made aside and renamed, so that test files that compile at the same time do not meet.
  const making = mkdtempSync(join(CACHE, 'making-'));
  try {
    const output = join(making, target.library);
    await compile(compiler, [
      ...options,
      '-o',
      output,
      ...sources.map((file) => join(SOURCES, file)),
      ...target.libraries,
    ]);
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(library)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return library;
}

function findCompiler(platform: FakeDriverPlatform): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => TARGETS[platform].compilers.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}

async function compile(compiler: string, args: readonly string[]): Promise<void> {
  const child = spawn(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`The fake NVML does not compile (${compiler}):\n${words}`);
}
