import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { build, defaultServerConditions } from 'vite';
import { installWindowsRuntime, testCacheFolder, windowsNode } from './windows/install.ts';

/** Native packages of the Windows runtime: `test/support/windows/package.json`. */
const EXTERNAL_PACKAGES = ['koffi'];

/** Why Windows programs cannot run here; undefined when they can. */
export function wineMissing(): string | undefined {
  if (process.platform === 'win32') return 'this is Windows itself';
  return findWine() === undefined ? 'wine is not installed (Debian: apt-get install wine64)' : undefined;
}

export interface WineRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Bundles a TypeScript program and runs it with the Windows Node under Wine, in a prefix of its own, without
 * a display. The first run on a machine installs the runtime and makes the prefix (about half a minute).
 * The program is killed after `timeoutMs`; its exit code is null then.
 */
export async function runUnderWine(
  scriptFile: string,
  args: readonly string[] = [],
  { timeoutMs = 60_000 }: { timeoutMs?: number } = {},
): Promise<WineRun> {
  const wine = findWine();
  if (wine === undefined) throw new Error(`Windows programs cannot run here: ${wineMissing()}.`);
  const runtime = installWindowsRuntime();
  const environment = { ...wineEnvironment(prefixFolder(wine)), NODE_SKIP_PLATFORM_CHECK: '1' };
  // Below the runtime, so that the program finds its native packages.
  const folder = mkdtempSync(join(runtime, 'program-'));
  try {
    const program = await bundle(scriptFile, folder);
    // Node cannot write to Wine's pipes: files take its output.
    const output = join(folder, 'stdout.txt');
    const errors = join(folder, 'stderr.txt');
    const exitCode = await run(wine, [windowsNode(runtime), toWindowsPath(program), ...args], {
      environment,
      output,
      errors,
      timeoutMs,
    });
    return { exitCode, stdout: readFileSync(output, 'utf8'), stderr: readFileSync(errors, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a Windows program names a file of this machine. */
function toWindowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

async function bundle(scriptFile: string, folder: string): Promise<string> {
  const name = `${basename(scriptFile, '.ts')}.mjs`;
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: {
      noExternal: true,
      external: EXTERNAL_PACKAGES,
      target: 'node',
      // Workspace packages are bundled from their TypeScript sources.
      resolve: { conditions: ['source', ...defaultServerConditions] },
    },
    build: {
      ssr: scriptFile,
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
    },
  });
  return join(folder, name);
}

interface RunOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly output: string;
  readonly errors: string;
  readonly timeoutMs: number;
}

function run(wine: string, args: string[], options: RunOptions): Promise<number | null> {
  const output = openSync(options.output, 'w');
  const errors = openSync(options.errors, 'w');
  try {
    const child = spawn(wine, args, {
      env: options.environment,
      stdio: ['ignore', output, errors],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code));
    });
  } finally {
    closeSync(output);
    closeSync(errors);
  }
}

function findWine(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    '/usr/lib/wine/wine64',
    ...['wine64', 'wine'].flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((file) => existsSync(file));
}

function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // Neither .NET nor a browser engine is wanted, and asking for them would open a window.
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };
}

/** The Windows installation that tests share; made on the first use. */
function prefixFolder(wine: string): string {
  const version = spawnSync(wine, ['--version'], { encoding: 'utf8' })
    .stdout.trim()
    .replaceAll(/[^\w.-]+/g, '-');
  const prefix = join(testCacheFolder(), `prefix-${version}-windows`);
  if (existsSync(prefix)) return prefix;
  const making = mkdtempSync(`${prefix}-making-`);
  try {
    mkdirSync(making, { recursive: true });
    const environment = wineEnvironment(making);
    wineStep(wine, ['wineboot', '--init'], environment);
    wineStep(wine, ['winecfg', '-v', 'win10'], environment);
    // Windows that nobody sees: without a display there would be none at all.
    const drivers = 'HKCU\\Software\\Wine\\Drivers';
    wineStep(wine, ['reg', 'add', drivers, '/v', 'Graphics', '/d', 'null', '/f'], environment);
    wineStep(wine, ['wineboot', '--end-session', '--shutdown', '--force'], environment);
    // A program that joined the ending server would lose its windows, services and registry keys on the way.
    awaitServerEnd(wine, environment);
    renameSync(making, prefix);
  } catch (error) {
    if (!existsSync(prefix)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return prefix;
}

/** Returns when the prefix's server has ended; the registry is on disk then. */
function awaitServerEnd(wine: string, env: NodeJS.ProcessEnv): void {
  const server = ['wineserver64', 'wineserver']
    .map((name) => join(dirname(realpathSync(wine)), name))
    .find(existsSync);
  const end = spawnSync(server ?? 'wineserver', ['--wait'], { env, stdio: 'ignore', timeout: 60_000 });
  if (end.status !== 0) throw new Error(`Wine's server did not end (${end.error?.message ?? end.status}).`);
}

function wineStep(wine: string, args: string[], env: NodeJS.ProcessEnv): void {
  const step = spawnSync(wine, args, { env, stdio: 'ignore', timeout: 120_000 });
  if (step.status !== 0)
    throw new Error(`wine ${args.join(' ')} failed (${step.error?.message ?? step.status}).`);
}
