import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerProgram } from '../../src/agent/sandbox/sandbox.ts';
import { encodeFrame, FrameReader } from '../../src/shared/frame-codec.ts';
import { type FromWorker, fromWorkerSchema } from '../../src/shared/worker-protocol.ts';

/** The worker's program with nothing around it. */
export function startWorkerHost({ nodePath, entryPath }: WorkerProgram) {
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
  return {
    pid: child.pid ?? 0,
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
}
