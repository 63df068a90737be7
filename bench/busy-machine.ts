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
    'echo started; wait',
  ].join('\n');
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  await once(shell.stdout, 'data');
  const { pid } = shell;
  if (pid === undefined) throw new Error('No other processes could be started.');
  // All of them are in the shell's own group.
  return { [Symbol.dispose]: () => void process.kill(-pid, 'SIGKILL') };
}
