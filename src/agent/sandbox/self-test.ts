import { setTimeout as sleep } from 'node:timers/promises';
import { type SelfTestReport, selfTestReportSchema } from '../../shared/self-test-protocol.ts';
import { readBoundedLines } from './bounded-lines.ts';
import { ConfinedProcess } from './confined-process.ts';
import type { Sandbox } from './sandbox.ts';
import { type CanaryPlaces, SelfTestCanaries } from './self-test-canaries.ts';

const TIME_LIMIT_MS = 30_000;
const REPORT_BYTES_LIMIT = 1024 * 1024;
const COMPLAINT_LINES = 5;

export interface SelfTestOptions extends CanaryPlaces {
  /** After this long without an answer it has failed. */
  readonly timeLimitMs?: number | undefined;
}

export interface SelfTestResult {
  readonly attempts: number;
  /** What a model could do in this sandbox and must not, in words; empty when the sandbox holds. */
  readonly escapes: string[];
}

/** The self-test gave no answer, so nothing is known about the sandbox. */
export class SelfTestFailed extends Error {}

/**
 * Tries, from inside the sandbox, harmless ways out of it: to read the user's and Gata's files, to write, to reach
 * listeners and processes of this machine. Whether one succeeded is judged from outside where that is possible.
 * @throws SelfTestFailed when the program inside did not answer, or the targets are out of reach from here too.
 */
export async function runSelfTest(sandbox: Sandbox, options: SelfTestOptions): Promise<SelfTestResult> {
  await using canaries = await SelfTestCanaries.open(options).catch((error: unknown) => {
    throw new SelfTestFailed(`The sandbox cannot be tested here: ${messageOf(error)}.`, { cause: error });
  });
  const { attempts } = await ask(sandbox, JSON.stringify(canaries.targets), options.timeLimitMs);
  const seen = await canaries.seen();
  const escapes = attempts.filter(
    ({ outcome, seenAs }) => outcome === 'succeeded' || (seenAs !== undefined && seen.has(seenAs)),
  );
  return {
    attempts: attempts.length,
    escapes: escapes.map(({ what, detail }) => `${what} (${detail})`),
  };
}

async function ask(sandbox: Sandbox, targets: string, timeLimitMs = TIME_LIMIT_MS): Promise<SelfTestReport> {
  const tester = new ConfinedProcess(sandbox.wrap({ program: 'self-test' }));
  const complaints: string[] = [];
  readBoundedLines(tester.stderr, COMPLAINT_LINES, (line) => complaints.push(line));
  const parts: Buffer[] = [];
  let bytes = 0;
  tester.stdout.on('data', (part: Buffer) => {
    bytes += part.byteLength;
    if (bytes <= REPORT_BYTES_LIMIT) parts.push(part);
  });
  tester.stdin.end(targets);
  const timer = new AbortController();
  const timeout = sleep(timeLimitMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    const end = await Promise.race([tester.exited, timeout]);
    if (end === undefined) throw new Error(`no answer within ${timeLimitMs / 1000} s`);
    if (end.detail !== 'exit code 0') throw new Error(end.detail);
    return selfTestReportSchema.parse(JSON.parse(Buffer.concat(parts).toString()));
  } catch (error) {
    throw new SelfTestFailed(
      `The sandbox's self-test gave no answer: ${[messageOf(error), ...complaints].join('; ')}`,
      { cause: error },
    );
  } finally {
    timer.abort();
    await tester.kill();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
