import { Console } from 'node:console';
import { env } from 'onnxruntime-node';
import { encodeFrame, FrameReader } from '../shared/frame-codec.ts';
import { type FromWorker, WORKER_PROTOCOL_VERSION } from '../shared/worker-protocol.ts';
import { ProtocolViolation, WorkerHost } from './worker-host.ts';

/** Exit codes that the agent's log shows. */
const EXIT_PROTOCOL_VIOLATION = 2;
const EXIT_AGENT_GONE = 0;

// stdout carries frames and nothing else, whatever a library prints.
globalThis.console = new Console(process.stderr, process.stderr);
const log = (line: string): void => console.error(line);

const send = (message: FromWorker): void => {
  process.stdout.write(encodeFrame(message));
};

const host = new WorkerHost(send, log);
const frames = new FrameReader();

function exitFor(error: unknown): never {
  const isViolation = error instanceof ProtocolViolation;
  log(`protocol violation: ${isViolation ? error.message : 'a frame that cannot be read'}`);
  process.exit(EXIT_PROTOCOL_VIOLATION);
}

process.stdin.on('data', (bytes: Buffer) => {
  try {
    for (const message of frames.push(bytes)) host.receive(message).catch(exitFor);
  } catch (error) {
    exitFor(error);
  }
});
process.stdin.on('end', () => process.exit(EXIT_AGENT_GONE));
process.stdin.on('error', () => process.exit(EXIT_AGENT_GONE));
process.stdout.on('error', () => process.exit(EXIT_AGENT_GONE));

send({ type: 'ready', protocol: WORKER_PROTOCOL_VERSION, runtimeVersion: env.versions.node ?? 'unknown' });
