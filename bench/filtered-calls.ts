import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFilteredArchitecture, systemCallFilter } from '../src/agent/sandbox/seccomp/system-call-filter.ts';

export interface FilteredCalls {
  /** What the filter adds to a call that it allows whatever its arguments, in nanoseconds. */
  readonly allowedAddedNs: number;
  /** What it adds to one of whose arguments it looks at. */
  readonly checkedAddedNs: number;
  readonly bareGetpidNs: number;
}

/** The workers' filter, put on a small C program that makes one call over and over. */
export function measureFilteredCalls(): FilteredCalls {
  const architecture = process.arch;
  if (!isFilteredArchitecture(architecture)) throw new Error(`There is no filter for ${architecture}.`);
  using folder = mkdtempDisposableSync(path.join(tmpdir(), 'gata-filter-'));
  const program = path.join(folder.path, 'filtered-calls');
  const filter = path.join(folder.path, 'filter');
  writeFileSync(filter, systemCallFilter({ architecture, ownPid: 1, cuda: true }));
  const source = path.join(import.meta.dirname, 'filtered-calls.c');
  execFileSync('gcc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  const [bareGetpidNs = 0, bareIoctlNs = 0, getpidNs = 0, ioctlNs = 0] = execFileSync(program, [filter], {
    encoding: 'utf8',
  })
    .trim()
    .split(/\s+/)
    .map(Number);
  return { allowedAddedNs: getpidNs - bareGetpidNs, checkedAddedNs: ioctlNs - bareIoctlNs, bareGetpidNs };
}
