import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** @returns a program, made in this folder, that runs another without the proc connector. */
export function compileDenial(folder: string): string {
  const program = path.join(folder, 'deny-proc-connector');
  const source = path.join(import.meta.dirname, 'deny-proc-connector.c');
  execFileSync('gcc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  return program;
}
