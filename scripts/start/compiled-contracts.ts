import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CONTRACTS = path.join(ROOT, 'contracts');
const ARTIFACT = path.join(CONTRACTS, 'artifacts/src/GataToken.sol/GataToken.json');
/** As old as the last build, whose unchanged artifacts keep their times. */
const STAMP = path.join(CONTRACTS, 'cache/gata-built');

/** Compiles the contracts when they never were, or when a source is newer. @param say is told before that. */
export function ensureContractsCompiled(say: (sentence: string) => void): void {
  const sources = readdirSync(path.join(CONTRACTS, 'src')).map((name) => path.join(CONTRACTS, 'src', name));
  const newest = Math.max(...[path.join(CONTRACTS, 'hardhat.config.ts'), ...sources].map(modifiedMs));
  if (existsSync(ARTIFACT) && existsSync(STAMP) && modifiedMs(STAMP) >= newest) return;
  say('Compiling the contracts…');
  const hardhat = path.join(ROOT, 'node_modules/hardhat/dist/src/cli.js');
  const result = spawnSync(process.execPath, [hardhat, 'build', '--quiet'], {
    cwd: CONTRACTS,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The contracts do not compile.\n${result.stdout}${result.stderr}`);
  writeFileSync(STAMP, '');
}

function modifiedMs(file: string): number {
  return statSync(file).mtimeMs;
}
