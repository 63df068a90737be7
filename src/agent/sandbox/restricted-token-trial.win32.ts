import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import {
  EXIT_NOT_CONFINED,
  type WindowsConfinementReport,
  windowsConfinementReportSchema,
} from '../../shared/windows-confinement.ts';
import { readBoundedLines } from './bounded-lines.ts';
import type { WrappedWorker } from './sandbox.ts';

const TIME_LIMIT_MS = 30_000;
const COMPLAINT_LINES = 5;
const REPORT_LENGTH_LIMIT = 64 * 1024;

/** Windows refused what is required; leaving out what is not would change nothing. */
export class NotConfined extends Error {}

/**
 * Starts a worker with nothing to do, which then ends by itself.
 * @returns which layers are not in force
 * @throws NotConfined when the launcher refused to start it
 * @throws Error with why it did not start, or did not end as it should
 */
export async function tryToStart(worker: WrappedWorker): Promise<WindowsConfinementReport['refused']> {
  const launcher = spawn(worker.file, worker.args, {
    env: worker.env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const { stdin, stdout, stderr } = launcher;
  const complaints: string[] = [];
  readBoundedLines(stderr, COMPLAINT_LINES, (line) => complaints.push(line));
  stdout.resume();
  stdin.on('error', ignore);
  stdin.end();
  const [report, [code, signal]] = await Promise.all([readText(launcher.stdio[3]), once(launcher, 'close')]);
  if (code !== 0 || report === '') {
    const end = signal === null ? `exit code ${code}` : `no end within ${TIME_LIMIT_MS / 1000} s`;
    const message = [end, ...complaints].join('; ');
    throw code === EXIT_NOT_CONFINED ? new NotConfined(message) : new Error(message);
  }
  return windowsConfinementReportSchema.parse(JSON.parse(report)).refused;
}

async function readText(stream: unknown): Promise<string> {
  if (!isReadable(stream)) return '';
  let text = '';
  for await (const part of stream) text = (text + String(part)).slice(0, REPORT_LENGTH_LIMIT);
  return text;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

/** A launcher that ended before its input was closed tells so by its end. */
function ignore(): void {}
