import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Drives actor.c; runs on Windows. */
export class Actor implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #answers: Interface;

  constructor(program: string) {
    const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#input = child.stdin;
    this.#answers = createInterface(child.stdout satisfies Readable);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The actor did not start.');
    return this.#child.pid;
  }

  /** @returns when it was done, in Unix milliseconds. */
  async tell(command: string): Promise<number> {
    const answered = once(this.#answers, 'line');
    this.#input.write(`${command}\n`);
    const [answer] = await answered;
    const [doneAtMs, pid] = String(answer).split(' ').map(Number);
    if (doneAtMs === undefined || !Number.isFinite(doneAtMs) || pid !== this.pid) {
      throw new Error(`The actor says of "${command}": ${answer}`);
    }
    return doneAtMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#input.end();
    await exited;
  }
}
