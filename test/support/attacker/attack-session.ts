import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import type { Sandbox } from '../../../src/agent/sandbox/sandbox.ts';
import type { AttackCode } from './attack-tools.ts';
import type { Targets } from './targets.ts';

const ATTACK_MS = 15_000;
const START_MS = 30_000;

const answerSchema = z.object({ ok: z.boolean(), value: z.string() });
/** `ended`: the attacker's process is gone or had to be killed, which is not an answer of its own. */
export type Answer = z.infer<typeof answerSchema> & { readonly ended: boolean };

/** An attacker in a worker's place. */
export class AttackSession implements AsyncDisposable {
  readonly #process: ConfinedProcess;
  readonly #modelFolder: string;
  readonly #lines: Interface;
  readonly #complaints: string[] = [];
  #isOver = false;

  private constructor(process: ConfinedProcess, modelFolder: string) {
    this.#process = process;
    this.#modelFolder = modelFolder;
    this.#lines = createInterface({ input: process.stdout });
    process.stderr.on('data', (text) => this.#complaints.push(String(text)));
  }

  /** @throws Error when the attacker does not even start, which would look like a perfect defence. */
  static async start(sandbox: Sandbox, modelFolder: string): Promise<AttackSession> {
    const wrapped = sandbox.wrap({ modelFolder });
    const session = new AttackSession(new ConfinedProcess(wrapped), wrapped.modelFolder);
    const line = await session.#nextLine(START_MS);
    if (line === undefined) {
      await session[Symbol.asyncDispose]();
      const { detail } = await session.#process.exited;
      throw new Error(`The attacker does not start: ${detail} ${session.#complaints.join(' ')}`);
    }
    return session;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Has it try; one that does not answer in time, or dies of it, is over. */
  async try(
    attack: AttackCode,
    given: string | undefined,
    targets: Omit<Targets, 'modelFolder'>,
  ): Promise<Answer> {
    const message = {
      source: attack.toString(),
      given,
      targets: { ...targets, modelFolder: this.#modelFolder },
    };
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await this.#nextLine(ATTACK_MS);
    if (line !== undefined) return { ...answerSchema.parse(JSON.parse(line)), ended: false };
    this.#isOver = true;
    const isGone = await Promise.race([this.#process.exited.then(() => true), sleep(50, false)]);
    await this.#process.kill();
    const { detail } = await this.#process.exited;
    return { ok: false, value: isGone ? detail : `no answer within ${ATTACK_MS / 1000} s`, ended: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#process.kill();
  }

  /** undefined when there is none in time, or the process ended. */
  async #nextLine(milliseconds: number): Promise<string | undefined> {
    const stop = new AbortController();
    const line = once(this.#lines, 'line', { signal: stop.signal }).then(([text]) => String(text));
    try {
      const timeout = sleep(milliseconds, undefined, { signal: stop.signal });
      return await Promise.race([line, this.#process.exited.then(() => undefined), timeout]);
    } finally {
      stop.abort();
      line.catch(() => {});
    }
  }
}
