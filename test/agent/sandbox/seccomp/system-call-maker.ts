import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { systemCallNumbers } from '../../../../src/agent/sandbox/seccomp/system-call-numbers.ts';

const run = promisify(execFile);

export interface CallToMake {
  /** The kernel's name; with `i386:` before it, by the old gate. */
  readonly call: string;
  /** Where the table has none. */
  readonly number?: number;
  readonly args?: readonly (number | bigint)[];
}

/** A program that makes system calls and tells how they went. */
export class SystemCallMaker {
  readonly file: string;
  readonly #folder: string;

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.file = file;
  }

  /** Builds it in the folder. */
  static async build(folder: string): Promise<SystemCallMaker> {
    const file = path.join(folder, 'make-system-calls');
    await run('/usr/bin/gcc', ['-O1', '-o', file, path.join(import.meta.dirname, 'make-system-calls.c')]);
    return new SystemCallMaker(folder, file);
  }

  /** Each call in a process of its own, under the filter or without one: `ok`, `errno N` or `signal N` by call. */
  async make(calls: readonly CallToMake[], filter?: Uint8Array): Promise<Map<string, string>> {
    const file = path.join(this.#folder, 'the.filter');
    if (filter !== undefined) writeFileSync(file, filter);
    const started = run(this.file, [filter === undefined ? 'none' : file]);
    started.child.stdin?.end(linesFor(calls));
    return parseAnswers((await started).stdout);
  }
}

/** What the program reads. */
export function linesFor(calls: readonly CallToMake[]): string {
  const numbers = systemCallNumbers(z.enum(['x64', 'arm64']).parse(process.arch));
  return calls
    .map(({ call, number = numbers.get(call), args = [] }) => {
      if (number === undefined) throw new Error(`There is no system call ${call} here.`);
      return `${[call, number, ...args.map((value) => BigInt.asUintN(64, BigInt(value)))].join(' ')}\n`;
    })
    .join('');
}

/** What it answers, by call. */
function parseAnswers(text: string): Map<string, string> {
  return new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const space = line.indexOf(' ');
        return [line.slice(0, space), line.slice(space + 1)];
      }),
  );
}
