import { type ArenaOptions, registerHostArena, unregisterHostArena } from './arena.ts';
import { wrapValue } from './collections.ts';
import { createTensor, createTensorFromBytes } from './create-tensor.ts';
import { type ElementData, type ElementType, isNumericType, type NumericType } from './element-type.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { listAvailableProviders } from './execution-provider.ts';
import { bundledLibraryPath } from './library-path.ts';
import { type LogSeverity, logSeverityValue } from './log-severity.ts';
import { MemoryInfo, type MemoryRequest } from './memory-info.ts';
import { NativeMemory } from './native-memory.ts';
import { NativeObject } from './native-object.ts';
import { OrtArgumentError } from './ort-error.ts';
import { loadOrtLibrary, type OrtLibrary } from './ort-library.ts';
import { listProviderDevices, type ProviderDevice } from './provider-device.ts';
import { createSession, type Session } from './session.ts';
import type { SessionOptions } from './session-options.ts';
import type { Tensor } from './tensor.ts';
import { describeFacts } from './tensor-facts.ts';
import type { OrtValue } from './value.ts';

/** Room for one answer and a shape of some 500 dimensions. */
const SCRATCH_BYTES = 4096;
/** `OrtAllocatorType` and `OrtMemType` of memory that is not the library's. */
const DEVICE_ALLOCATOR = 0;
const DEFAULT_MEMORY = 0;

export interface EnvironmentOptions {
  /** The library to load, absolute. Default: the one that the package onnxruntime-node ships. */
  readonly libraryPath?: string;
  /** Default `warning`. The first environment of a process decides. */
  readonly logSeverity?: LogSeverity;
  /** Names this process in the log. */
  readonly logId?: string;
}

/**
 * Loads ONNX Runtime and starts it.
 *
 * @throws OrtLibraryError when there is no library, or it cannot be used; its `reason` says why
 */
export function openOrtEnvironment(options: EnvironmentOptions = {}): OrtEnvironment {
  const library = loadOrtLibrary(options.libraryPath ?? bundledLibraryPath());
  const answer = new NativeMemory(8);
  const severity = logSeverityValue(options.logSeverity ?? 'warning');
  library.check('CreateEnv', severity, options.logId ?? 'ort-native', answer.address);
  return new OrtEnvironment(library, answer.word(0));
}

/**
 * ONNX Runtime, started. The library has one environment per process and counts how often it was opened; what came
 * from an environment keeps it until it is disposed of in turn. For one thread: another opens one of its own.
 */
export class OrtEnvironment extends NativeObject {
  readonly library: OrtLibrary;
  /** What calls answer to; good until the next call. For this package's own use. */
  readonly scratch = new NativeMemory(SCRATCH_BYTES);
  /** For this package's own use: keeps what native code reads from being collected. */
  readonly pinned = new Set<object>();
  /** For this package's own use. */
  readonly turn = new EventLoopTurn();
  /** Address of the host's `OrtMemoryInfo`. */
  readonly hostMemory: number;
  /** Address of the host's default `OrtAllocator`; the library's own. */
  readonly hostAllocator: number;

  /** Use `openOrtEnvironment()`. */
  constructor(library: OrtLibrary, address: number) {
    super(address, 'This environment');
    this.library = library;
    library.check('DisableTelemetryEvents', address);
    library.check('CreateCpuMemoryInfo', DEVICE_ALLOCATOR, DEFAULT_MEMORY, this.scratch.address);
    this.hostMemory = this.scratch.word(0);
    library.check('GetAllocatorWithDefaultOptions', this.scratch.address);
    this.hostAllocator = this.scratch.word(0);
  }

  /** Such as `1.30.0`. */
  get version(): string {
    return this.library.version;
  }

  /** What the library was built from. */
  get buildInfo(): string {
    return this.library.text('GetBuildInfoString');
  }

  /** Such as `CUDAExecutionProvider`; built in, which does not mean that they work here. */
  availableProviders(): string[] {
    this.addressFor('GetAvailableProviders');
    return listAvailableProviders(this);
  }

  /** Devices on this machine, with the providers for them. */
  providerDevices(): ProviderDevice[] {
    return listProviderDevices(this);
  }

  /**
   * Loads a plugin library; its devices appear in `providerDevices()`.
   *
   * @param name any, to unregister it by
   * @throws OrtError when the file is no library, not for this system, or made for another version
   */
  registerProviderLibrary(name: string, path: string): void {
    const address = this.addressFor('RegisterExecutionProviderLibrary');
    this.library.check('RegisterExecutionProviderLibrary', address, name, path);
  }

  /** Dispose of all sessions that use it first. */
  unregisterProviderLibrary(name: string): void {
    const address = this.addressFor('UnregisterExecutionProviderLibrary');
    this.library.check('UnregisterExecutionProviderLibrary', address, name);
  }

  /**
   * Loads a model on a thread of its own.
   *
   * @param model path of a file, or its bytes
   * @throws OrtError when the model is invalid, a provider does not work, or the memory does not suffice;
   * OrtAbortedError
   */
  createSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
    return createSession(this, model, options);
  }

  /**
   * A tensor over an array, which is not copied: change it between runs at will, and do not transfer it. Strings are
   * copied.
   *
   * @param shape default: one dimension
   * @throws OrtArgumentError when array, type and shape do not go together
   */
  tensor<Type extends ElementType>(type: Type, data: ElementData[Type], shape?: readonly number[]): Tensor {
    this.addressFor('CreateTensorWithDataAsOrtValue');
    return createTensor(this, type, data, shape);
  }

  /** The same over bytes in native order; they are copied only where they do not begin on a multiple of 16. */
  tensorFromBytes(type: NumericType, bytes: Uint8Array, shape: readonly number[]): Tensor {
    this.addressFor('CreateTensorWithDataAsOrtValue');
    return createTensorFromBytes(this, type, bytes, shape);
  }

  /** @throws OrtError for a name that no provider has */
  memory(request: MemoryRequest): MemoryInfo {
    this.addressFor('CreateMemoryInfo');
    return MemoryInfo.create(this, request);
  }

  /**
   * Copies elements between tensors of the same type and shape, from one device or the host to another, on a thread.
   *
   * @throws OrtArgumentError when type or shape differ; OrtError where no provider can copy between the two
   */
  async copy(from: Tensor, to: Tensor): Promise<void> {
    assertAlike(from, to);
    if (from.memory.isHost && to.memory.isHost) {
      to.write(from.bytes());
      return;
    }
    const pointers = new NativeMemory(16);
    this.borrow('CopyTensors');
    const borrowed: OrtValue[] = [];
    try {
      for (const [index, tensor] of [from, to].entries()) {
        pointers.setWord(index * 8, tensor.borrow('CopyTensors'));
        borrowed.push(tensor);
      }
      const { address } = pointers;
      const environment = this.addressFor('CopyTensors');
      this.pinned.add(pointers);
      await this.library.checkAsync('CopyTensors', environment, address, address + 8, 0, 1);
      to.changed();
    } finally {
      this.pinned.delete(pointers);
      for (const tensor of borrowed) tensor.giveBack();
      this.giveBack();
    }
  }

  /** An arena of host memory, with a limit, for the sessions that are created with `sharedArena` from now on. */
  registerHostArena(options: ArenaOptions): void {
    registerHostArena(this, options);
  }

  unregisterHostArena(): void {
    unregisterHostArena(this);
  }

  /** For this package's own use. */
  wrap(address: number, owner?: NativeObject): OrtValue {
    return wrapValue(this, address, owner);
  }

  /** For this package's own use: the elements in a memory of JavaScript's. */
  copyOf(tensor: Tensor): Tensor {
    const { type, shape } = tensor;
    if (!isNumericType(type)) return this.tensor('string', tensor.strings(), shape);
    return this.tensorFromBytes(type, tensor.bytes(), shape);
  }

  protected override release(address: number): void {
    this.library.run('ReleaseMemoryInfo', this.hostMemory);
    this.library.run('ReleaseEnv', address);
  }
}

function assertAlike(from: Tensor, to: Tensor): void {
  const source = describeFacts(from);
  const target = describeFacts(to);
  if (source !== target) throw new OrtArgumentError('CopyTensors', `${source} is not ${target}.`);
}
