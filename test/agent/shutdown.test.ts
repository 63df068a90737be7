import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../src/agent/shutdown.ts');
const PINO = import.meta.resolve('pino');

/** A program whose way out is `close`, once it listens. */
async function start(close: string) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { Shutdown } from ${JSON.stringify(SOURCE)};
       import { pino } from ${JSON.stringify(PINO)};
       const shutdown = new Shutdown({ close: ${close}, logger: pino({ enabled: false }) });
       shutdown.listenToProcess();
       setInterval(() => {}, 1000);
       console.log('listening');`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

test('closes once and exits with 0 on a signal', async () => {
  const child = await start('() => new Promise((resolve) => setTimeout(resolve, 100))');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('exits with 1 when closing fails', async () => {
  const child = await start('async () => { throw new Error("broken"); }');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
});

test('does not wait for ever when closing hangs', async () => {
  const child = await start('() => new Promise(() => {})');
  const started = performance.now();
  child.kill('SIGHUP');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(performance.now() - started).toBeGreaterThan(2000);
  expect(performance.now() - started).toBeLessThan(3000);
});

test('is cut short by a second signal', async () => {
  const child = await start('() => { console.log("closing"); return new Promise(() => {}); }');
  const started = performance.now();
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('takes the same signal sent twice, as npm does with Ctrl+C, for one', async () => {
  const child = await start('() => new Promise((resolve) => setTimeout(resolve, 300))');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
