import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { InstanceLock } from '../../src/agent/instance-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SOURCE = join(import.meta.dirname, '../../src/agent/instance-lock.ts');

test('names the pid and the dashboard of the one that holds it', async () => {
  using folder = temporaryFolder();
  await using lock = await InstanceLock.acquire(folder.path);
  await expect(InstanceLock.acquire(folder.path)).rejects.toMatchObject({
    code: 'already-running',
    message: expect.stringContaining(`(pid ${process.pid})`),
  });
  lock.publish('http://127.0.0.1:7420');
  await expect(InstanceLock.acquire(folder.path)).rejects.toMatchObject({
    message: expect.stringContaining('Its dashboard is at http://127.0.0.1:7420.'),
  });
});

test('is one for each data folder, and free again when it is given up', async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const first = await InstanceLock.acquire(folder.path);
  await using _other = await InstanceLock.acquire(other.path);
  await first[Symbol.asyncDispose]();
  await using _again = await InstanceLock.acquire(folder.path);
});

test('is free again when its holder was killed', async () => {
  using folder = temporaryFolder();
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { InstanceLock } from ${JSON.stringify(SOURCE)};
       globalThis.lock = await InstanceLock.acquire(${JSON.stringify(folder.path)});
       console.log('held'); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(createInterface({ input: holder.stdout }), 'line');
  await expect(InstanceLock.acquire(folder.path)).rejects.toMatchObject({
    message: expect.stringContaining(`(pid ${holder.pid})`),
  });
  const exited = once(holder, 'exit');
  holder.kill('SIGKILL');
  await exited;
  await using _lock = await InstanceLock.acquire(folder.path);
});
