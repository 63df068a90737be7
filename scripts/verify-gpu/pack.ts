import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, defaultServerConditions } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER_NAME = 'gata-verify-gpu';
const BYTES_LIMIT = 60 * 2 ** 20;
const RUNTIME_FOLDER = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64';
/** Compressing takes a minute, and what is compressed seldom changes. */
const CACHE = path.join(ROOT, 'node_modules/.cache/verify-gpu');
const RUNTIME_LIBRARY = `${RUNTIME_FOLDER}/libonnxruntime.so.1`;
/** Readable by every decompressor there is, small ones included. */
const XZ = ['--format=xz', '--check=crc32', '--threads=0', '-3', '--stdout', '--keep'];

/** What the bundle does not hold, of packages and models. */
const FILES = [
  'assets/models/npc-chat',
  'assets/benchmarks/convolution.onnx',
  'node_modules/koffi/package.json',
  'node_modules/koffi/index.js',
  'node_modules/koffi/src/koffi/index.js',
  'node_modules/koffi/src/koffi/src/static.js',
  'node_modules/koffi/LICENSE.txt',
  'node_modules/@koromix/koffi-linux-x64/package.json',
  'node_modules/@koromix/koffi-linux-x64/index.js',
  'node_modules/@koromix/koffi-linux-x64/linux_x64',
  'node_modules/onnxruntime-node/package.json',
  'node_modules/onnxruntime-node/dist',
  `${RUNTIME_FOLDER}/onnxruntime_binding.node`,
  'node_modules/onnxruntime-common/package.json',
  'node_modules/onnxruntime-common/dist/cjs',
];

try {
  const archive = readArchivePath();
  const bytes = await pack(archive);
  process.stderr.write(`${archive}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function readArchivePath(): string {
  const { pack: file } = parseArgs({ options: { pack: { type: 'string' } } }).values;
  if (file === undefined || !file.endsWith('.tgz')) throw new Error('--pack takes the name of a .tgz file.');
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'An archive can be made on Linux x64 only: it holds the Node of the machine it is made on.',
    );
  }
  return path.resolve(file);
}

/**
 * Makes the archive. Returns its size in bytes.
 * @throws Error when a tool is missing or it is larger than may be
 */
async function pack(archive: string): Promise<number> {
  const work = mkdtempSync(path.join(tmpdir(), 'gata-verify-gpu-'));
  try {
    const stage = path.join(work, FOLDER_NAME);
    const app = path.join(stage, 'app');
    await bundle(path.join(app, 'scripts/verify-gpu'));
    writeFileSync(path.join(app, 'package.json'), JSON.stringify({ type: 'module' }));
    for (const file of FILES) copy(file, app);
    copyCompressed(path.join(ROOT, RUNTIME_LIBRARY), path.join(app, RUNTIME_LIBRARY), work);
    copyCompressed(process.execPath, path.join(stage, 'node'), work);
    chmodSync(path.join(stage, 'node'), 0o755);
    cpSync(path.join(import.meta.dirname, 'run.sh'), path.join(stage, 'run.sh'));
    chmodSync(path.join(stage, 'run.sh'), 0o755);
    copyDecompressor(stage);
    run('tar', ['--create', '--gzip', '--file', archive, '--directory', work, FOLDER_NAME]);
    const { size } = statSync(archive);
    if (size > BYTES_LIMIT) {
      rmSync(archive);
      throw new Error(`The archive has ${size} bytes, more than the ${BYTES_LIMIT} that it may have.`);
    }
    return size;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function bundle(outDir: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { main: path.join(import.meta.dirname, 'main.ts') },
        // One file: it finds the models by where it lies.
        output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
        external: [/^koffi$/, /^onnxruntime-/, /^sharp$/],
      },
    },
    ssr: { noExternal: true, external: [], resolve: { conditions: ['source', ...defaultServerConditions] } },
  });
}

function copy(file: string, app: string): void {
  const to = path.join(app, file);
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(path.join(ROOT, file), to, { recursive: true });
}

/** Leaves an empty file with a compressed one beside it, without symbols where they can be taken off. */
function copyCompressed(from: string, to: string, work: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, '');
  const digest = createHash('sha256').update(XZ.join(' ')).update(readFileSync(from)).digest('hex');
  const cached = path.join(CACHE, `${digest}.xz`);
  if (!existsSync(cached)) compress(from, cached, work);
  cpSync(cached, `${to}.xz`);
}

function compress(from: string, to: string, work: string): void {
  process.stderr.write(`Compressing ${path.basename(from)}…\n`);
  const stripped = path.join(work, path.basename(from));
  cpSync(from, stripped);
  succeeds('strip', ['--strip-all', stripped]);
  const compressed = run('xz', [...XZ, stripped]);
  rmSync(stripped);
  mkdirSync(CACHE, { recursive: true });
  // Whole or not at all: another may pack at the same time.
  const part = `${to}.${process.pid}`;
  writeFileSync(part, compressed);
  renameSync(part, to);
}

/** So that the other machine needs no xz. A pack without it works where xz is installed. */
function copyDecompressor(stage: string): void {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file) && isStatic(file));
  if (busybox !== undefined) cpSync(busybox, path.join(stage, 'busybox'), { dereference: true });
  else process.stderr.write('No static busybox here (package busybox-static): the other machine needs xz.\n');
}

function isStatic(file: string): boolean {
  return !succeeds('ldd', [file]);
}

/** Whether a tool is there and does it; nothing depends on it. */
function succeeds(tool: string, args: readonly string[]): boolean {
  return spawnSync(tool, args, { stdio: 'ignore' }).status === 0;
}

function run(tool: string, args: readonly string[]): Buffer {
  const { status, stdout, error } = spawnSync(tool, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 30,
  });
  if (error !== undefined) throw new Error(`${tool} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`${tool} ended with ${status}.`);
  return stdout;
}
