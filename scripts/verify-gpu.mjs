// `npm run verify:gpu`: what this machine's NVIDIA card tells and does, as one JSON document. Read-only unless
// --write is given. `--help` names the flags, docs/hardware says what to do with the result.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { checkNodeVersion, ensurePackages, node24 } from './prepare.mjs';

const SOURCES = '--conditions=source';

if (process.execArgv.includes(SOURCES)) {
  await (process.argv.includes('--pack') ? import('./verify-gpu/pack.ts') : import('./verify-gpu/main.ts'));
} else {
  checkNodeVersion();
  ensurePackages();
  const args = [SOURCES, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node24, args, { stdio: 'inherit' });
  // It puts back what it had set before it ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
