import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerProgram } from '../../src/agent/sandbox/sandbox.ts';
import { encodeFrame } from '../../src/shared/frame-codec.ts';
import { type FromWorker, WORKER_PROTOCOL_VERSION } from '../../src/shared/worker-protocol.ts';

export const READY: FromWorker = { type: 'ready', protocol: WORKER_PROTOCOL_VERSION, runtimeVersion: 'test' };
export const LOADED: FromWorker = { type: 'loaded', provider: 'cpu', loadMs: 1 };

/** A worker program that is this script (ESM), laid out in the folder as the built one is. */
export function scriptedWorker(folder: string, script: string): WorkerProgram {
  const entryPath = path.join(folder, 'out', 'workers', 'host.js');
  mkdirSync(path.dirname(entryPath), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(entryPath, script);
  return { nodePath: process.execPath, entryPath };
}

/** A statement that sends these messages to the agent, in one write. */
export function sendScript(...messages: FromWorker[]): string {
  const frames = Buffer.concat(messages.map((message) => encodeFrame(message)));
  return `process.stdout.write(Buffer.from('${frames.toString('base64')}', 'base64'));`;
}
