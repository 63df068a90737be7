import type { OrtEnvironment } from './environment.ts';
import type { MemoryInfo } from './memory-info.ts';
import { wordsAt } from './native-memory.ts';
import { NativeObject } from './native-object.ts';
import { OrtAbortedError, OrtArgumentError } from './ort-error.ts';
import type { RunOptionsPool, RunSettings } from './run-options.ts';
import { RunOutputs } from './run-outputs.ts';
import type { Session } from './session.ts';
import type { OrtValue } from './value.ts';

/**
 * Inputs and outputs of a session, bound to where they are. What lies on the device that computes is not copied, so
 * that results of one run are inputs of the next without leaving it. One run at a time.
 */
export class IoBinding extends NativeObject {
  readonly #environment: OrtEnvironment;
  readonly #session: Session;
  readonly #runOptions: RunOptionsPool;
  readonly #inputs = new Map<string, OrtValue>();
  readonly #outputs = new Map<string, OrtValue>();
  /** Where new values are made, for the outputs that are not in `#outputs`. */
  readonly #memories = new Map<string, MemoryInfo>();
  /** Names in the order in which the library keeps them. */
  readonly #outputNames: string[] = [];
  #isRunning = false;

  /** Use `session.createBinding()`. */
  constructor(environment: OrtEnvironment, address: number, session: Session, runOptions: RunOptionsPool) {
    super(address, 'This binding');
    this.#environment = environment;
    this.#session = session;
    this.#runOptions = runOptions;
    session.keep();
  }

  static create(environment: OrtEnvironment, session: Session, runOptions: RunOptionsPool): IoBinding {
    const { library, scratch } = environment;
    library.check('CreateIoBinding', session.addressFor('CreateIoBinding'), scratch.address);
    return new IoBinding(environment, scratch.word(0), session, runOptions);
  }

  /**
   * The input is read from this value, which is kept until another takes its place. What lies elsewhere than the
   * model wants it is copied now: bind it again after changing it.
   */
  bindInput(name: string, value: OrtValue): void {
    const address = this.#addressFor('BindInput');
    assertName('BindInput', name, this.#session.inputs);
    this.#bind('BindInput', address, this.#inputs, name, value);
  }

  /** The output is written to this value, which is kept until another takes its place; its shape must fit. */
  bindOutput(name: string, value: OrtValue): void {
    const address = this.#addressFor('BindOutput');
    assertName('BindOutput', name, this.#session.outputs);
    this.#bind('BindOutput', address, this.#outputs, name, value);
    this.#forget(this.#memories, name);
    this.#note(name);
  }

  /** Each run makes a new value for the output, in this memory. */
  bindOutputTo(name: string, memory: MemoryInfo): void {
    memory.borrow('BindOutputToDevice');
    this.#bindOutputTo(name, memory);
  }

  /** Each run makes a new value for the output, on the host. */
  bindOutputToHost(name: string): void {
    using host = this.#environment.memory({ name: 'Cpu' });
    this.bindOutputTo(name, host);
  }

  /**
   * Runs with what is bound, on a thread.
   *
   * @throws OrtArgumentError while another run of this binding lasts; OrtError; OrtAbortedError; OrtDisposedError
   */
  async run({ signal, settings }: { signal?: AbortSignal; settings?: RunSettings } = {}): Promise<void> {
    if (signal?.aborted) throw new OrtAbortedError('RunWithBinding', signal.reason);
    const address = this.#addressFor('RunWithBinding');
    this.borrow('RunWithBinding');
    let session: number;
    try {
      session = this.#session.borrow('RunWithBinding');
    } catch (error) {
      this.giveBack();
      throw error;
    }
    try {
      // A value that an earlier run made would be written over.
      for (const [name, memory] of this.#memories) this.#makeNew(address, name, memory);
      this.#isRunning = true;
      await this.#runOptions.use('RunWithBinding', { signal, settings }, (options) =>
        this.#environment.library.checkAsync('RunWithBinding', session, options, address),
      );
    } finally {
      this.#isRunning = false;
      for (const value of this.#outputs.values()) value.changed();
      this.#session.giveBack();
      this.giveBack();
    }
  }

  /** The values that the last run made or wrote to; dispose of them. They may be bound as inputs of the next run. */
  outputs(): RunOutputs {
    const { library, scratch, hostAllocator } = this.#environment;
    const address = this.#addressFor('GetBoundOutputValues');
    const answer = scratch.address;
    library.check('GetBoundOutputValues', address, hostAllocator, answer, answer + 8);
    const array = scratch.word(0);
    const pointers = wordsAt(array, scratch.word(8));
    if (array !== 0) library.check('AllocatorFree', hostAllocator, array);
    const values = pointers.map((pointer, index) => this.#wrap(pointer, this.#outputNames[index]));
    return new RunOutputs([...this.#outputNames], values, new Set(this.#outputs.values()));
  }

  /** Waits until what was bound has arrived on the device. */
  synchronizeInputs(): void {
    this.#environment.library.check('SynchronizeBoundInputs', this.#addressFor('SynchronizeBoundInputs'));
  }

  /** Waits until the device has finished the outputs. */
  synchronizeOutputs(): void {
    this.#environment.library.check('SynchronizeBoundOutputs', this.#addressFor('SynchronizeBoundOutputs'));
  }

  clearInputs(): void {
    this.#environment.library.run('ClearBoundInputs', this.#addressFor('ClearBoundInputs'));
    giveAllBack(this.#inputs);
  }

  clearOutputs(): void {
    this.#environment.library.run('ClearBoundOutputs', this.#addressFor('ClearBoundOutputs'));
    this.#releaseOutputs();
    this.#outputNames.length = 0;
  }

  protected override release(address: number): void {
    this.#environment.library.run('ReleaseIoBinding', address);
    giveAllBack(this.#inputs);
    this.#releaseOutputs();
    this.#session.giveBack();
  }

  /** The library does not guard a binding against changes during a run. */
  #addressFor(call: string): number {
    const address = this.addressFor(call);
    if (!this.#isRunning) return address;
    throw new OrtArgumentError(call, 'A run of this binding is under way. Await it first.');
  }

  #bind(
    call: 'BindInput' | 'BindOutput',
    address: number,
    kept: Map<string, OrtValue>,
    name: string,
    value: OrtValue,
  ): void {
    const borrowed = value.borrow(call);
    try {
      this.#environment.library.check(call, address, name, borrowed);
    } catch (error) {
      value.giveBack();
      throw error;
    }
    this.#forget(kept, name);
    kept.set(name, value);
  }

  /** @param memory borrowed already */
  #bindOutputTo(name: string, memory: MemoryInfo): void {
    try {
      const address = this.#addressFor('BindOutputToDevice');
      assertName('BindOutputToDevice', name, this.#session.outputs);
      this.#makeNew(address, name, memory);
    } catch (error) {
      memory.giveBack();
      throw error;
    }
    this.#forget(this.#outputs, name);
    this.#forget(this.#memories, name);
    this.#memories.set(name, memory);
    this.#note(name);
  }

  #makeNew(address: number, name: string, memory: MemoryInfo): void {
    this.#environment.library.check('BindOutputToDevice', address, name, memory.keptAddress);
  }

  #forget(kept: Map<string, NativeObject>, name: string): void {
    kept.get(name)?.giveBack();
    kept.delete(name);
  }

  #releaseOutputs(): void {
    giveAllBack(this.#outputs);
    giveAllBack(this.#memories);
  }

  #note(name: string): void {
    if (!this.#outputNames.includes(name)) this.#outputNames.push(name);
  }

  /** The caller's own tensor where there is one: the library hands out another handle to the same memory. */
  #wrap(pointer: number, name: string | undefined): OrtValue {
    const own = name === undefined ? undefined : this.#outputs.get(name);
    if (own === undefined) return this.#environment.wrap(pointer, this.#session);
    this.#environment.library.run('ReleaseValue', pointer);
    return own;
  }
}

function assertName(call: string, name: string, known: readonly { readonly name: string }[]): void {
  if (known.some((value) => value.name === name)) return;
  const names = known.map((value) => value.name).join(', ');
  throw new OrtArgumentError(call, `The model has no "${name}". It has: ${names}.`);
}

function giveAllBack(kept: Map<string, NativeObject>): void {
  for (const value of kept.values()) value.giveBack();
  kept.clear();
}
