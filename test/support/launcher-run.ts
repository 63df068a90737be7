import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const PROGRAM = join(import.meta.dirname, 'reference-launcher/main.ts');

const stepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('connected'), started: z.boolean() }),
  z.object({ step: z.literal('paused'), lease: z.string() }),
  z.object({ step: z.literal('renewed') }),
  z.object({ step: z.literal('playing'), pid: z.int() }),
  z.object({ step: z.literal('released') }),
]);
export type LauncherStep = z.infer<typeof stepSchema>;

/** The reference launcher as a process of its own, and the steps that it tells. */
export class LauncherRun implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly steps: LauncherStep[] = [];
  readonly #exited: Promise<unknown>;
  #errors = '';
  #told: () => void = () => undefined;

  constructor(flags: readonly string[], game: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAM, ...flags, '--', ...game], { stdio: 'pipe' });
    this.child = child;
    // The readers see everything before this tells.
    this.#exited = once(child, 'close').finally(() => this.#told());
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.steps.push(stepSchema.parse(JSON.parse(line)));
      this.#told();
    });
    child.stderr.on('data', (text) => {
      this.#errors += text;
    });
  }

  /** Lets it go on that waits between pause and game. */
  goOn(): void {
    this.child.stdin?.write('\n');
  }

  /** Resolves with the first step of this kind, or the first after `after` steps. @throws Error when it ends before. */
  async until<Kind extends LauncherStep['step']>(
    kind: Kind,
    after = 0,
  ): Promise<Extract<LauncherStep, { step: Kind }>> {
    for (;;) {
      const found = this.steps.slice(after).find((step) => isOf(step, kind));
      if (found !== undefined && isOf(found, kind)) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        await this.#exited;
        if (this.steps.slice(after).some((step) => isOf(step, kind))) continue;
        throw new Error(`The launcher ended without the step "${kind}": ${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  /** Its exit code; null after a signal. */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.child.exitCode;
  }

  /** As a crash would. */
  async crash(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash();
  }
}

function isOf<Kind extends LauncherStep['step']>(
  step: LauncherStep,
  kind: Kind,
): step is Extract<LauncherStep, { step: Kind }> {
  return step.step === kind;
}
