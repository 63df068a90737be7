import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/shared/frame-codec.ts';
import type { ToWorker } from '../../src/shared/worker-protocol.ts';
import { builtWorker } from '../support/built-program.ts';
import { demoModel } from '../support/demo-models.ts';
import { startWorkerHost } from '../support/worker-host-process.ts';

const program = await builtWorker();
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

function startHost() {
  const host = startWorkerHost(program);
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
