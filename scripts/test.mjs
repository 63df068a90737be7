// `npm test`: prepares the machine, runs every check and suite, and ends with one line of counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  checkNodeVersion,
  ensureBuilt,
  ensureDebianPackages,
  ensurePackages,
  node24,
  progress,
  root,
} from './prepare.mjs';

/** Debian package → a file of it, and the suites that need it. */
const SYSTEM_PACKAGES = {
  bubblewrap: { file: '/usr/bin/bwrap', suites: 'sandbox, worker and end-to-end suites' },
  chromium: { file: '/usr/bin/chromium', suites: 'browser suites' },
  mosquitto: { file: '/usr/sbin/mosquitto', suites: 'job protocol over Mosquitto' },
  postgresql: { file: '/usr/share/doc/postgresql', suites: 'the gateway on PostgreSQL' },
  'libonnx-testdata': { file: '/usr/share/doc/libonnx-testdata', suites: 'ONNX conformance' },
  dbus: { file: '/usr/bin/dbus-daemon', suites: 'signals from message buses' },
  gcc: { file: '/usr/bin/gcc', suites: 'everything on the fake NVML library' },
  'gcc-mingw-w64-x86-64': { file: '/usr/bin/x86_64-w64-mingw32-gcc', suites: 'NVML under Wine' },
  systemd: { file: '/usr/bin/systemd-analyze', suites: 'the GPU helper under systemd' },
  wine: { file: '/usr/bin/wine', suites: 'Windows code under Wine' },
  wine64: { file: '/usr/lib/wine/wine64', suites: 'Windows code under Wine' },
  'x11-utils': { file: '/usr/bin/xev', suites: 'signals from X servers' },
  xvfb: { file: '/usr/bin/Xvfb', suites: 'signals from X servers' },
};

checkNodeVersion();
ensurePackages();
if (process.platform === 'linux') {
  const files = Object.fromEntries(Object.entries(SYSTEM_PACKAGES).map(([name, { file }]) => [name, file]));
  const missing = ensureDebianPackages(files);
  for (const name of missing) progress(`Skipping for want of ${name}: ${SYSTEM_PACKAGES[name].suites}.`);
  if (missing.length > 0) progress(`Install what they need: sudo apt-get install ${missing.join(' ')}`);
}

const bin = (name, file) => path.join(root, 'node_modules', name, file);
const checks = [
  ['lint', bin('@biomejs/biome', 'bin/biome'), ['check', '--error-on-warnings', '.']],
  ['types', bin('typescript', 'bin/tsc'), []],
  ['layers', bin('dependency-cruiser', 'bin/dependency-cruise.mjs'), ['src', 'scripts', 'bench', 'packages']],
  ['unused code', bin('knip', 'bin/knip.js'), []],
];
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

for (const [name, script, args] of checks) {
  progress(`\n── ${name}`);
  count(name, spawnSync(node24, [script, ...args], { cwd: root, stdio: 'inherit' }).status === 0);
}

progress('\n── build');
ensureBuilt();

progress('\n── tests');
const resultsFile = path.join(root, 'test-results/vitest.json');
rmSync(resultsFile, { force: true });
mkdirSync(path.dirname(resultsFile), { recursive: true });
const vitest = spawnSync(
  node24,
  [
    bin('vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultsFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
if (existsSync(resultsFile)) {
  const results = JSON.parse(readFileSync(resultsFile, 'utf8'));
  counts.passed += results.numPassedTests;
  counts.failed += results.numFailedTests;
  counts.skipped += results.numPendingTests + results.numTodoTests;
  for (const file of results.testResults) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    failures.push(...failed.map((test) => `${path.relative(root, file.name)}: ${test.fullName}`));
    // A file that cannot be loaded has no tests to count; it is a failure all the same.
    if (file.status === 'failed' && failed.length === 0) count(path.relative(root, file.name), false);
  }
}
if (vitest.status !== 0 && counts.failed === 0) count('vitest', false);

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

function count(name, ok) {
  counts[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
}
