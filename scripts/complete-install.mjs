import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * Runs after `npm ci`. Under Node 20 npm leaves out the optional packages that want a newer Node, though they are run
 * by the Node 24 that comes with the project: that Node lets npm install them.
 */
const root = path.resolve(import.meta.dirname, '..');
const node = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
const npm = process.env.npm_execpath;

// `process.versions` may be that Node's already, which npm puts in front of every script.
const npmsNode = / node\/v(\d+)\./.exec(process.env.npm_config_user_agent ?? '')?.[1];
if (Number(npmsNode) < 22 && npm !== undefined && existsSync(node)) {
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status } = spawnSync(node, [npm, 'install', ...flags], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
