import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';

export interface BusyMachineOptions {
  /** Processes that only exist. */
  readonly sleepers: number;
  /** Every core computes besides. */
  readonly spin: boolean;
}

/** Other people's processes, as on a gamer's machine; gone when disposed. */
export async function startBusyMachine({ sleepers, spin }: BusyMachineOptions): Promise<Disposable> {
  const spinners = spin ? cpus().length : 0;
  const script = [
    `for each in $(seq ${sleepers}); do sleep 7200 & done`,
    `for each in $(seq ${spinners}); do while :; do :; done & done`,
    // Its input ends with the bench, however that ends; all of them are in the shell's own group.
    'echo started; read -r _; kill -KILL 0',
  ].join('\n');
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  await once(shell.stdout, 'data');
  return { [Symbol.dispose]: () => void shell.stdin.end() };
}
