import { assemble } from './assemble.ts';
import type { Architecture } from './policy.ts';
import { workerPolicy } from './worker-policy.ts';

export interface SystemCallFilterOptions {
  readonly architecture: Architecture;
  /**
   * The worker's pid as the worker itself sees it: it may send signals to no other. 1 stands for a PID namespace
   * of its own.
   */
  readonly ownPid: number;
  /** The worker has NVIDIA's device nodes, and may open the one socket without which CUDA does not start. */
  readonly cuda?: boolean;
}

/**
 * The kernel's filter for a worker's system calls: `struct sock_filter`s, little-endian, as `bwrap --seccomp` reads
 * them and `SECCOMP_SET_MODE_FILTER` takes them. It allows `execve`, by which the sandbox becomes the worker.
 */
export function systemCallFilter({ cuda = false, ...options }: SystemCallFilterOptions): Uint8Array {
  return assemble(workerPolicy({ ...options, cuda }));
}

/** Whether there is a filter for this processor. */
export function isFilteredArchitecture(architecture: string): architecture is Architecture {
  return architecture === 'x64' || architecture === 'arm64';
}
