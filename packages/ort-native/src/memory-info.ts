import type { OrtEnvironment } from './environment.ts';
import { textAt } from './native-memory.ts';
import { NativeObject } from './native-object.ts';

/** `OrtAllocatorType`. */
const ALLOCATORS = { device: 0, arena: 1 } as const;
/** `OrtMemType`. */
const MEMORY_TYPES = { cpuInput: -2, cpuOutput: -1, default: 0 } as const;
/** `OrtMemoryInfoDeviceType`. */
const DEVICE_TYPES = ['cpu', 'gpu', 'fpga', 'npu'] as const;
/** `OrtDeviceMemoryType`: a device's memory that the host may read and write as well. */
const HOST_ACCESSIBLE = 5;

export interface MemoryRequest {
  /** As the provider calls it: `Cpu`, `Cuda`, `CudaPinned`, `DML`, `WebGPU_Buf`, … */
  readonly name: string;
  /** Default 0. */
  readonly deviceId?: number;
  /** Default `device`. */
  readonly allocator?: keyof typeof ALLOCATORS;
  /** Default `default`. */
  readonly memoryType?: keyof typeof MEMORY_TYPES;
}

export interface MemoryDescription {
  readonly name: string;
  readonly deviceType: (typeof DEVICE_TYPES)[number] | 'unknown';
  readonly deviceId: number;
  /** The hardware maker's PCI number; 0 for none. */
  readonly vendorId: number;
  /** Whether this process may read and write it by address. */
  readonly isHost: boolean;
}

/** A kind of memory: on which device, and how it is handed out. */
export class MemoryInfo extends NativeObject {
  readonly #environment: OrtEnvironment;
  readonly #owner: NativeObject | undefined;
  #description: MemoryDescription | undefined;

  /** @param owner the object that the library's own memory info belongs to; undefined: it is released here */
  constructor(environment: OrtEnvironment, address: number, owner?: NativeObject) {
    super(address, 'This memory info');
    this.#environment = environment;
    this.#owner = owner;
    (owner ?? environment).keep();
  }

  static create(environment: OrtEnvironment, request: MemoryRequest): MemoryInfo {
    const { library, scratch } = environment;
    library.check(
      'CreateMemoryInfo',
      request.name,
      ALLOCATORS[request.allocator ?? 'device'],
      request.deviceId ?? 0,
      MEMORY_TYPES[request.memoryType ?? 'default'],
      scratch.address,
    );
    return new MemoryInfo(environment, scratch.word(0));
  }

  describe(): MemoryDescription {
    this.#description ??= describeMemory(this.#environment, this.addressFor('MemoryInfoGetName'));
    return this.#description;
  }

  protected override release(address: number): void {
    if (this.#owner === undefined) this.#environment.library.run('ReleaseMemoryInfo', address);
    (this.#owner ?? this.#environment).giveBack();
  }
}

/** @param address an `OrtMemoryInfo` of whomever */
export function describeMemory({ library, scratch }: OrtEnvironment, address: number): MemoryDescription {
  library.check('MemoryInfoGetName', address, scratch.address);
  const name = textAt(scratch.word(0)) ?? '';
  library.check('MemoryInfoGetId', address, scratch.address);
  const deviceId = scratch.int32(0);
  library.check('MemoryInfoGetMemType', address, scratch.address);
  const memoryType = scratch.int32(0);
  library.run('MemoryInfoGetDeviceType', address, scratch.address);
  const deviceType = DEVICE_TYPES[scratch.int32(0)] ?? 'unknown';
  const isHost =
    deviceType === 'cpu' ||
    memoryType !== MEMORY_TYPES.default ||
    library.number('MemoryInfoGetDeviceMemType', address) === HOST_ACCESSIBLE;
  return { name, deviceType, deviceId, vendorId: library.number('MemoryInfoGetVendorId', address), isHost };
}
