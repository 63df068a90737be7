import { Allocator } from './allocator.ts';
import type { FunctionWith } from './api-table.ts';
import { RunDispatcher } from './dispatch.ts';
import type { OrtEnvironment } from './environment.ts';
import { IoBinding } from './io-binding.ts';
import { MemoryInfo } from './memory-info.ts';
import type { MemoryStatistics } from './memory-statistics.ts';
import { type ModelMetadata, readModelMetadata, takeText } from './model-metadata.ts';
import { addressOf, NativeMemory, NativeTexts } from './native-memory.ts';
import { NativeObject } from './native-object.ts';
import { OrtAbortedError, OrtArgumentError } from './ort-error.ts';
import { type Feeds, RunFrame, type SessionNames, type WantedOutputs } from './run-frame.ts';
import { RunOptionsPool, type RunSettings } from './run-options.ts';
import type { RunOutputs } from './run-outputs.ts';
import { type SessionOptions, withSessionOptions } from './session-options.ts';
import { type NamedValue, takeDescription } from './value-description.ts';

const POINTER_BYTES = 8;

export interface RunRequest {
  /** Default: all outputs, each a new value. */
  readonly outputs?: WantedOutputs;
  /** Ends the run between two operators; the session can be used again. */
  readonly signal?: AbortSignal;
  readonly settings?: RunSettings;
}

/** A loaded model. Runs may overlap. */
export class Session extends NativeObject {
  readonly environment: OrtEnvironment;
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  readonly #names: SessionNames;
  readonly #dispatcher: RunDispatcher;
  readonly #runOptions: RunOptionsPool;
  readonly #idleFrames: RunFrame[] = [];

  /** Use `environment.createSession()`. */
  constructor(environment: OrtEnvironment, address: number, dispatcher: RunDispatcher) {
    super(address, 'This session');
    this.environment = environment;
    environment.keep();
    this.inputs = describeValues(environment, address, 'Input');
    this.outputs = describeValues(environment, address, 'Output');
    this.#names = encodeNames(this.inputs, this.outputs);
    this.#dispatcher = dispatcher;
    this.#runOptions = new RunOptionsPool(environment);
  }

  /** What the model's makers wrote into it. */
  get metadata(): ModelMetadata {
    return readModelMetadata(this.environment, this.addressFor('SessionGetModelMetadata'));
  }

  /**
   * Runs the model, on a thread unless it has proven to be very quick (see `SessionOptions.dispatch`). Inputs and
   * outputs are on the host; for those on a device see `createBinding()`. Dispose of what it gives.
   *
   * @throws OrtArgumentError for a wrong name; OrtError for wrong types and shapes, or an operator that failed;
   * OrtAbortedError; OrtDisposedError
   */
  async run(feeds: Feeds, { outputs, signal, settings }: RunRequest = {}): Promise<RunOutputs> {
    if (signal?.aborted) throw new OrtAbortedError('Run', signal.reason);
    const address = this.borrow('Run');
    const frame = this.#idleFrames.pop() ?? new RunFrame(this.environment, this.#names);
    try {
      const { inputCount, inputBytes } = frame.fill(feeds, outputs);
      await this.#runOptions.use('Run', { signal, settings }, (options) =>
        this.#dispatch(
          'Run',
          inputBytes,
          address,
          options,
          frame.inputNamesAddress,
          frame.inputValuesAddress,
          inputCount,
          frame.outputNamesAddress,
          frame.outputCount,
          frame.outputValuesAddress,
        ),
      );
      return frame.takeOutputs(this);
    } finally {
      frame.clear();
      this.#idleFrames.push(frame);
      this.giveBack();
    }
  }

  /** Inputs and outputs that stay where they are between runs, such as on the device. */
  createBinding(): IoBinding {
    return IoBinding.create(this.environment, this, this.#runOptions);
  }

  /** Memory of this session's, on the host or on a device. @throws OrtError when the session has no such memory */
  allocator(memory: MemoryInfo): Allocator {
    return Allocator.create(this.environment, this, memory);
  }

  /** Where the model wants an input, such as on its provider's device. */
  inputMemory(name: string): MemoryInfo {
    const names = this.#names.inputs;
    return this.#memoryOf('SessionGetMemoryInfoForInputs', name, names);
  }

  /** Where the model computes an output. */
  outputMemory(name: string): MemoryInfo {
    const names = this.#names.outputs;
    return this.#memoryOf('SessionGetMemoryInfoForOutputs', name, names);
  }

  /** Of the memory that this session takes on the host, or of the given kind. */
  memoryStatistics(memory?: MemoryInfo): MemoryStatistics {
    if (memory !== undefined) {
      using allocator = this.allocator(memory);
      return allocator.statistics();
    }
    using host = this.environment.memory({ name: 'Cpu', allocator: 'arena' });
    return this.memoryStatistics(host);
  }

  /** Changes options of the providers while the session lives. @throws OrtError when a provider knows none */
  setProviderOptions(options: Readonly<Record<string, string>>): void {
    const address = this.addressFor('SetEpDynamicOptions');
    const keys = Object.keys(options);
    this.environment.library.check('SetEpDynamicOptions', address, keys, Object.values(options), keys.length);
  }

  /** Ends the profile that `profilePrefix` began. @returns the path of its file */
  endProfiling(): string {
    const { library, scratch, hostAllocator } = this.environment;
    const address = this.addressFor('SessionEndProfiling');
    library.check('SessionEndProfiling', address, hostAllocator, scratch.address);
    return takeText(this.environment, scratch.word(0));
  }

  protected override release(address: number): void {
    this.#runOptions[Symbol.dispose]();
    this.environment.library.run('ReleaseSession', address);
    this.environment.giveBack();
  }

  #memoryOf(call: FunctionWith<'status'>, name: string, names: readonly string[]): MemoryInfo {
    const address = this.addressFor(call);
    const index = names.indexOf(name);
    if (index < 0) throw new OrtArgumentError(call, `There is no "${name}", only ${names.join(', ')}.`);
    const pointers = new NativeMemory(names.length * POINTER_BYTES);
    this.environment.library.check(call, address, pointers.address, names.length);
    return new MemoryInfo(this.environment, pointers.word(index * POINTER_BYTES), this);
  }

  async #dispatch(call: 'Run', inputBytes: number, ...args: number[]): Promise<void> {
    const { library, turn } = this.environment;
    const dispatcher = this.#dispatcher;
    const isInline = dispatcher.isInline(inputBytes);
    if (isInline && turn.isSpent()) await turn.next();
    const startedAt = dispatcher.learns ? performance.now() : 0;
    if (isInline) library.check(call, ...args);
    else await library.checkAsync(call, ...args);
    if (dispatcher.learns) dispatcher.record(performance.now() - startedAt, inputBytes, isInline);
  }
}

/** @see OrtEnvironment.createSession */
export async function createSession(
  environment: OrtEnvironment,
  model: string | Uint8Array,
  options: SessionOptions,
): Promise<Session> {
  const { signal, dispatch = 'auto' } = options;
  const call = typeof model === 'string' ? 'CreateSession' : 'CreateSessionFromArray';
  if (signal?.aborted) throw new OrtAbortedError(call, signal.reason);
  const answer = new NativeMemory(POINTER_BYTES);
  const address = environment.borrow(call);
  environment.pinned.add(answer);
  if (typeof model !== 'string') environment.pinned.add(model);
  try {
    await withSessionOptions(environment, options, (sessionOptions) =>
      load(environment, address, model, sessionOptions, answer.address, signal),
    );
    if (!signal?.aborted) return new Session(environment, answer.word(0), new RunDispatcher(dispatch));
    environment.library.run('ReleaseSession', answer.word(0));
    throw new OrtAbortedError(call, signal.reason);
  } finally {
    environment.pinned.delete(answer);
    if (typeof model !== 'string') environment.pinned.delete(model);
    environment.giveBack();
  }
}

async function load(
  { library }: OrtEnvironment,
  environmentAddress: number,
  model: string | Uint8Array,
  options: number,
  answer: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cancel = () => library.check('SessionOptionsSetLoadCancellationFlag', options, true);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    if (typeof model === 'string') {
      await library.checkAsync('CreateSession', environmentAddress, model, options, answer);
    } else {
      const { length } = model;
      const bytes = addressOf(model);
      await library.checkAsync('CreateSessionFromArray', environmentAddress, bytes, length, options, answer);
    }
  } catch (error) {
    if (signal?.aborted) throw new OrtAbortedError('CreateSession', signal.reason);
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function describeValues(
  environment: OrtEnvironment,
  session: number,
  kind: 'Input' | 'Output',
): NamedValue[] {
  const { library, scratch, hostAllocator } = environment;
  library.check(`SessionGet${kind}Count`, session, scratch.address);
  return Array.from({ length: scratch.word(0) }, (_, index) => {
    library.check(`SessionGet${kind}Name`, session, index, hostAllocator, scratch.address);
    const name = takeText(environment, scratch.word(0));
    library.check(`SessionGet${kind}TypeInfo`, session, index, scratch.address);
    return { name, ...takeDescription(environment, scratch.word(0)) };
  });
}

function encodeNames(inputs: readonly NamedValue[], outputs: readonly NamedValue[]): SessionNames {
  const inputNames = inputs.map(({ name }) => name);
  const outputNames = outputs.map(({ name }) => name);
  return {
    inputs: inputNames,
    outputs: outputNames,
    inputTexts: new NativeTexts(inputNames),
    outputTexts: new NativeTexts(outputNames),
    optionalInputs: new Set(inputs.filter(({ kind }) => kind === 'optional').map(({ name }) => name)),
    tensorOutputs: new Set(outputs.filter(({ kind }) => kind === 'tensor').map(({ name }) => name)),
  };
}
