import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build, defaultServerConditions, type Plugin, type Rolldown } from 'vite';

/**
 * Builds every program into out/. `npm run build` builds all; `npm run build -- agent workers` only those.
 * Node programs are one bundle each; packages with native or WebAssembly files stay outside the bundles.
 */
const root = path.resolve(import.meta.dirname, '..');
const EXTERNAL = [
  /^koffi$/,
  /^onnxruntime-node$/,
  /^onnxruntime-common$/,
  /^sharp$/,
  /^@electric-sql\/pglite/,
  /^pg-native$/,
];

const nodePrograms: Record<string, string[]> = {
  agent: ['main', 'cli', 'inspect-model'],
  gateway: ['main'],
  workers: ['host', 'self-test'],
  confine: ['linux', 'windows'],
  gpu: ['guard', 'helper', 'install-helper'],
  signer: ['main'],
};

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

for (const [program, entries] of Object.entries(nodePrograms)) {
  if (!isWanted(program)) continue;
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [escapeWideCharacters()],
    build: {
      ssr: true,
      target: 'node24',
      outDir: `out/${program}`,
      emptyOutDir: true,
      // Names stay: stack traces in a user's log must be readable.
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [entry, `src/${program}/${entry}.ts`])),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        external: EXTERNAL,
        onwarn,
      },
    },
    ssr: {
      noExternal: true,
      external: [],
      // Workspace packages are bundled from their TypeScript sources.
      resolve: { conditions: ['source', ...defaultServerConditions] },
    },
  });
  console.log(`built out/${program}`);
}

if (isWanted('renderer'))
  runTool('vite', ['build', '--config', 'vite.renderer.config.ts', '--logLevel', 'warn']);
if (isWanted('main')) runTool('electron-vite', ['build', '--logLevel', 'warn']);

/**
 * V8 keeps a source with one character above U+00FF in two bytes per character; written as escapes, the agent's
 * takes half the memory for as long as the agent runs.
 */
function escapeWideCharacters(): Plugin {
  return {
    name: 'escape-wide-characters',
    enforce: 'post',
    generateBundle: (_options, bundle) => {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\xff]/g, escapeSequence);
      }
    },
  };
}

function escapeSequence(codeUnit: string): string {
  return `\\u${codeUnit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Dependencies' own warnings are not ours to fix; ours are. */
function onwarn(warning: Rolldown.RolldownLog, warn: (warning: Rolldown.RolldownLog) => void): void {
  if (warning.id?.includes('node_modules') || warning.message.includes('node_modules')) return;
  warn(warning);
}

function runTool(tool: string, args: string[]): void {
  const script = toolScript(tool);
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
  console.log(`built ${tool === 'vite' ? 'out/renderer' : 'out/main, out/preload'}`);
}

function toolScript(tool: string): string {
  const script = path.join(root, 'node_modules', tool, 'bin', `${tool}.js`);
  if (!existsSync(script)) throw new Error(`${tool} is not installed: run npm ci.`);
  return script;
}
