import { allocateTensor } from './create-tensor.ts';
import type { ElementType } from './element-type.ts';
import type { OrtEnvironment } from './environment.ts';
import type { MemoryInfo } from './memory-info.ts';
import { type MemoryStatistics, readMemoryStatistics } from './memory-statistics.ts';
import { NativeObject } from './native-object.ts';
import type { Session } from './session.ts';
import type { Tensor } from './tensor.ts';

/** Memory of a session's: on the host, or on the device of one of its providers. */
export class Allocator extends NativeObject {
  readonly #environment: OrtEnvironment;
  readonly #session: Session;

  /** Use `session.allocator()`. */
  constructor(environment: OrtEnvironment, address: number, session: Session) {
    super(address, 'This allocator');
    this.#environment = environment;
    this.#session = session;
    session.keep();
  }

  /** @throws OrtError when the session has no such memory */
  static create(environment: OrtEnvironment, session: Session, memory: MemoryInfo): Allocator {
    const { library, scratch } = environment;
    const sessionAddress = session.addressFor('CreateAllocator');
    library.check('CreateAllocator', sessionAddress, memory.addressFor('CreateAllocator'), scratch.address);
    return new Allocator(environment, scratch.word(0), session);
  }

  /** A tensor whose elements are not set yet. @throws OrtError when the memory does not suffice */
  tensor(type: ElementType, shape: readonly number[]): Tensor {
    const address = this.addressFor('CreateTensorAsOrtValue');
    return allocateTensor(this.#environment, address, { type, shape }, this);
  }

  statistics(): MemoryStatistics {
    return readMemoryStatistics(this.#environment, this.addressFor('AllocatorGetStats'));
  }

  protected override release(address: number): void {
    this.#environment.library.run('ReleaseAllocator', address);
    this.#session.giveBack();
  }
}
