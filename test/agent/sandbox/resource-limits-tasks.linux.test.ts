import { execFile } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const sources = path.resolve(import.meta.dirname, '../../../src/agent/sandbox');
/** The kernel counts no tasks of root's. */
const ORDINARY_USER =
  process.getuid?.() === 0 ? ['--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
const canRun =
  process.platform === 'linux' &&
  existsSync('/usr/bin/bwrap') &&
  (await run('/usr/bin/setpriv', [...ORDINARY_USER, '/usr/bin/test', '-r', sources]).then(
    () => true,
    () => false,
  ));

/** Waits for the limit, which comes a moment after the start, and runs into it. */
const TOO_MANY = `
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
const limit = () => /^Max processes +(\\S+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8'))?.[1];
while (limit() !== '40') await new Promise((resolve) => setTimeout(resolve, 5));
try {
  for (let i = 0; i < 60; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });
} catch (error) {
  fs.writeSync(1, error.code);
}
process.exit(0);
`;

describe.runIf(canRun)('limitTasks', () => {
  it('lets the kernel itself refuse a worker more threads', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const program = scriptedWorker(folder.path, TOO_MANY);
    const script = `
      import { text } from 'node:stream/consumers';
      const { Bubblewrap } = await import('${sources}/bubblewrap.linux.ts');
      const { ConfinedProcess } = await import('${sources}/confined-process.ts');
      const sandbox = await Bubblewrap.create('/usr/bin/bwrap', ${JSON.stringify(program)});
      const most = Number.MAX_SAFE_INTEGER;
      const limits = { memoryBytes: most, tasks: 40, temporaryBytes: most, temporaryFiles: most, reserveBytes: 0 };
      const worker = new ConfinedProcess({ ...sandbox.wrap({}), limits });
      worker.stderr.resume();
      console.log(await text(worker.stdout), JSON.stringify(await worker.exited));`;
    const { stdout } = await run('/usr/bin/setpriv', [
      ...ORDINARY_USER,
      ...[process.execPath, '--conditions=source', '--input-type=module', '-e', script],
    ]);
    expect(stdout).toMatch(/^ERR_WORKER_INIT_FAILED .*"exit code 0"/);
  });
});
