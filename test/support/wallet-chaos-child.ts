import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { WalletAction } from '../../src/shared/wallet-transactions.ts';

const newsSchema = z.object({
  /** Empty: of the program itself. */
  id: z.string(),
  state: z.string(),
  detail: z.string().nullable(),
  /** Of the signer, when it was unlocked. */
  signerPid: z.int().optional(),
});
type News = z.infer<typeof newsSchema>;

/** What a chaos wants done. */
export interface WantedOperation {
  readonly action: WalletAction;
  readonly relayed: boolean;
}

/** The wallet's program (`wallet-process.ts`), which is killed and started again, and its signer. */
export class WalletChild implements AsyncDisposable {
  readonly #config: string;
  readonly #onNews: (news: News) => void;
  #child: ChildProcess | undefined;
  #signerPid: number | undefined;

  constructor(config: string, onNews: (news: News) => void) {
    this.#config = config;
    this.#onNews = onNews;
  }

  start(): void {
    const program = join(import.meta.dirname, 'wallet-process.ts');
    const child = spawn(process.execPath, ['--conditions=source', program, this.#config], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const news = newsSchema.parse(JSON.parse(line));
      if (news.signerPid !== undefined && child === this.#child) this.#signerPid = news.signerPid;
      this.#onNews(news);
    });
  }

  submit(id: string, { action, relayed }: WantedOperation): void {
    this.#child?.stdin?.write(`${JSON.stringify({ id, action, relayed })}\n`);
  }

  /** Kills the process that holds the key. @returns false when there is none. */
  killSigner(): boolean {
    return this.#signalSigner('SIGKILL');
  }

  /** The process that holds the key stands still for a while. */
  async delaySigner(ms: number): Promise<void> {
    const pid = this.#signerPid;
    if (!this.#signalSigner('SIGSTOP')) return;
    await sleep(ms);
    if (pid === this.#signerPid) this.#signalSigner('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#signerPid = undefined;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #signalSigner(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
    if (this.#signerPid === undefined) return false;
    try {
      process.kill(this.#signerPid, signal);
      return true;
    } catch {
      // It has ended already.
      return false;
    } finally {
      if (signal === 'SIGKILL') this.#signerPid = undefined;
    }
  }
}
