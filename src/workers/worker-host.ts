import { GataError } from '../shared/gata-error.ts';
import { type FromWorker, type ToWorker, toWorkerSchema } from '../shared/worker-protocol.ts';
import type { Log } from './log.ts';
import { type LoadedModel, loadModel } from './model/load-model.ts';
import { Pacer } from './pacer.ts';

/** The agent sent what the protocol does not allow; a worker that goes on would guess. */
export class ProtocolViolation extends Error {}

/** Answers the agent's messages: one model, one message at a time; only the pace may change in between. */
export class WorkerHost {
  readonly #send: (message: FromWorker) => void;
  readonly #log: Log;
  readonly #pacer = new Pacer();
  #model: LoadedModel | undefined;
  #isBusy = false;

  constructor(send: (message: FromWorker) => void, log: Log) {
    this.#send = send;
    this.#log = log;
  }

  /**
   * Takes one message and answers it.
   * @throws ProtocolViolation when it is malformed, comes before the last answer, or does not fit the state.
   */
  async receive(data: unknown): Promise<void> {
    const parsed = toWorkerSchema.safeParse(data);
    if (!parsed.success) {
      const places = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`);
      throw new ProtocolViolation(`malformed message: ${places.slice(0, 5).join(', ')}`);
    }
    if (parsed.data.type === 'pace') {
      this.#pacer.setDutyCycle(parsed.data.dutyCycle);
      return;
    }
    if (this.#isBusy) throw new ProtocolViolation(`${parsed.data.type} before the last answer`);
    this.#isBusy = true;
    try {
      await this.#answer(parsed.data);
    } finally {
      this.#isBusy = false;
    }
  }

  #answer(message: Exclude<ToWorker, { type: 'pace' }>): Promise<void> {
    switch (message.type) {
      case 'load':
        return this.#load(message);
      case 'run':
        return this.#run(message);
      case 'unload':
        return this.#unload();
    }
  }

  async #load(message: Extract<ToWorker, { type: 'load' }>): Promise<void> {
    if (this.#model !== undefined) throw new ProtocolViolation('load while a model is loaded');
    const startedMs = performance.now();
    try {
      this.#model = await loadModel(message, this.#log, this.#pacer);
      const { provider } = this.#model;
      this.#answerWith({ type: 'loaded', provider, loadMs: performance.now() - startedMs });
    } catch (error) {
      this.#answerWith({ type: 'error', ...this.#describe(error) });
    }
  }

  async #run({ id, input, resume }: Extract<ToWorker, { type: 'run' }>): Promise<void> {
    const model = this.#model;
    if (model === undefined) throw new ProtocolViolation('run without a model');
    const startedMs = performance.now();
    try {
      const output = await model.run(input, {
        resume,
        onChunk: (chunk) => this.#send({ type: 'chunk', id, chunk }),
      });
      this.#answerWith({ type: 'result', id, output, runMs: performance.now() - startedMs });
    } catch (error) {
      this.#answerWith({ type: 'error', id, ...this.#describe(error) });
    }
  }

  async #unload(): Promise<void> {
    const model = this.#model;
    if (model === undefined) throw new ProtocolViolation('unload without a model');
    this.#model = undefined;
    await model[Symbol.asyncDispose]();
    this.#answerWith({ type: 'unloaded' });
  }

  /** The agent may send its next message the moment it has the answer. */
  #answerWith(message: FromWorker): void {
    this.#isBusy = false;
    this.#send(message);
  }

  #describe(thrown: unknown): { code: GataError['code']; message: string; param: string | null } {
    if (!(thrown instanceof GataError)) this.#log(describeUnexpected(thrown));
    const { code, message, param } = GataError.from(thrown);
    return { code, message, param };
  }
}

/** Where it was thrown, but not its message, which may quote the buyer's input. */
function describeUnexpected(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `unexpected ${typeof thrown} thrown`;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`unexpected ${thrown.name}`, ...frames.slice(0, 8).map((frame) => frame.trim())].join(' ');
}
