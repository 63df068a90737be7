import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from '../../src/shared/frame-codec.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker } from '../../src/shared/worker-protocol.ts';
import { builtWorker } from '../support/built-worker.ts';
import { demoModel } from '../support/demo-models.ts';

const { nodePath, entryPath } = await builtWorker();
const digits = demoModel('digits');
const load: ToWorker = { type: 'load', ...digits, providers: ['cuda', 'cpu'], threads: 1 };
const run: ToWorker = {
  type: 'run',
  id: '1',
  input: { kind: 'image.classify', image: new Uint8Array([1]), topK: 1 },
};

const open: { kill(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.kill();
});

/** The worker's program with nothing around it. */
function startHost() {
  const child = spawn(nodePath, [entryPath], { stdio: ['pipe', 'pipe', 'pipe'] });
  const frames = new FrameReader();
  const received: FromWorker[] = [];
  const waiting: (() => void)[] = [];
  let log = '';
  child.stderr.on('data', (text) => {
    log += String(text);
  });
  child.stdout.on('data', (bytes: Buffer) => {
    received.push(...frames.push(bytes).map((data) => fromWorkerSchema.parse(data)));
    for (const wake of waiting.splice(0)) wake();
  });
  const exit = once(child, 'close').then(([code]) => Number(code));
  const host = {
    kill: () => child.kill('SIGKILL'),
    exit,
    log: () => log,
    write: (bytes: Uint8Array) => child.stdin.write(bytes),
    send: (message: unknown) => child.stdin.write(encodeFrame(message)),
    end: () => child.stdin.end(),
    /** The next message that was not given yet. */
    next: async (): Promise<FromWorker> => {
      for (;;) {
        const message = received.shift();
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
  open.push(host);
  return host;
}

describe('worker host', () => {
  it('says ready, loads, answers and unloads, any number of times', async () => {
    const host = startHost();
    expect(await host.next()).toMatchObject({ type: 'ready', protocol: 1 });
    for (let round = 0; round < 2; round++) {
      host.send(load);
      expect(await host.next()).toMatchObject({ type: 'loaded', provider: 'cpu' });
      host.send(run);
      expect(await host.next()).toMatchObject({
        type: 'error',
        id: '1',
        code: 'invalid-image',
        param: 'image',
      });
      host.send({ type: 'unload' });
      expect(await host.next()).toEqual({ type: 'unloaded' });
    }
    expect(host.log()).toContain('cuda does not load the model');
  });

  it('tells that a model cannot be loaded and takes another', async () => {
    const host = startHost();
    await host.next();
    host.send({
      ...load,
      manifest: { ...digits.manifest, files: [{ path: 'config.json', bytes: 1, sha256: '0'.repeat(64) }] },
    });
    expect(await host.next()).toMatchObject({ type: 'error', code: 'corrupt-bundle' });
    host.send({ ...load, manifest: { ...digits.manifest, tasks: ['text.generate'] } });
    expect(await host.next()).toMatchObject({ type: 'error', code: 'model-load-failed' });
    host.send(load);
    expect(await host.next()).toMatchObject({ type: 'loaded' });
  });

  it('ends when its stdin does', async () => {
    const host = startHost();
    await host.next();
    host.end();
    expect(await host.exit).toBe(0);
  });

  it.each([
    ['a message of no known type', { type: 'shutdown' }],
    ['a run without a model', run],
    ['a malformed run', { type: 'run', id: 1 }],
  ])('exits non-zero on %s', async (_, message) => {
    const host = startHost();
    await host.next();
    host.send(message);
    expect(await host.exit).toBe(2);
    expect(host.log()).toContain('protocol violation');
  });

  it('exits non-zero on a second message before the first is answered', async () => {
    const host = startHost();
    await host.next();
    host.write(Buffer.concat([encodeFrame(load), encodeFrame(load)]));
    expect(await host.exit).toBe(2);
  });

  it('exits non-zero on bytes that are no frame', async () => {
    const host = startHost();
    await host.next();
    host.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(await host.exit).toBe(2);
  });
});
