import koffi, { type KoffiFunc } from 'koffi';

// netlistmgr.h
const NETWORK_LIST_MANAGER = 'DCB00C01-570F-4A9B-8D69-199FDBA5723B';
const INETWORK_COST_MANAGER = 'DCB00008-570F-4A9B-8D69-199FDBA5723B';
const CLSCTX_ALL = 0x17;
const POINTER_BYTES = 8;
/** Places in the table of INetworkCostManager: the three of IUnknown, then its own. */
const RELEASE = 2;
const GET_COST = 3;

/**
 * Asks Windows what the way to the internet costs (INetworkCostManager). Another process answers, which may take
 * long: the calls are made on threads of their own.
 */
export class NetworkCost implements Disposable {
  readonly #calls = loadCom();
  readonly #mtaCookie: bigint;
  #isDisposed = false;
  #isAsking = false;

  /** @throws Error where Windows has no COM. */
  constructor() {
    // With it every thread may call COM without a word.
    const cookie = Buffer.alloc(POINTER_BYTES);
    check('CoIncrementMTAUsage', this.#calls.incrementMtaUsage(cookie));
    this.#mtaCookie = cookie.readBigUInt64LE();
  }

  /**
   * NLM_CONNECTION_COST: a level in the lower half, flags in the upper. One question at a time.
   * @throws Error with the HRESULT where Windows has no such service, or it does not answer.
   */
  async read(): Promise<number> {
    if (this.#isDisposed || this.#isAsking) throw new Error('The cost is asked already, or nevermore.');
    this.#isAsking = true;
    try {
      return await this.#read();
    } finally {
      this.#isAsking = false;
      if (this.#isDisposed) this.#leave();
    }
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (!this.#isAsking) this.#leave();
  }

  async #read(): Promise<number> {
    const created = Buffer.alloc(POINTER_BYTES);
    const classId = guidBytes(NETWORK_LIST_MANAGER);
    const interfaceId = guidBytes(INETWORK_COST_MANAGER);
    check(
      'CoCreateInstance',
      await settled<number>((done) =>
        this.#calls.createInstance.async(classId, 0n, CLSCTX_ALL, interfaceId, created, done),
      ),
    );
    const manager = created.readBigUInt64LE();
    const method = (place: number) => {
      const table = BigInt(koffi.decode(manager, 'uintptr_t'));
      return BigInt(koffi.decode(table, place * POINTER_BYTES, 'uintptr_t'));
    };
    try {
      const getCost: KoffiFunc<(self: bigint, cost: Buffer, destination: bigint) => number> = koffi.decode(
        method(GET_COST),
        this.#calls.getCost,
      );
      const cost = Buffer.alloc(4);
      check('GetCost', await settled<number>((done) => getCost.async(manager, cost, 0n, done)));
      return cost.readUInt32LE();
    } finally {
      const release: KoffiFunc<(self: bigint) => number> = koffi.decode(method(RELEASE), this.#calls.release);
      await settled<number>((done) => release.async(manager, done));
    }
  }

  #leave(): void {
    this.#calls.decrementMtaUsage(this.#mtaCookie);
  }
}

function settled<Result>(call: (done: (error: unknown, result: Result) => void) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    // Koffi calls back outside of Node's callback scope, where promises would wait for the next event.
    call((error, result) => void setImmediate(() => (error ? reject(error) : resolve(result))));
  });
}

/** @throws Error for an HRESULT that says failure. */
function check(call: string, result: number): void {
  if (result < 0) throw new Error(`${call} failed (0x${(result >>> 0).toString(16)}).`);
}

/** As Windows lays it out: the first three parts with their lowest byte first. */
function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function loadCom() {
  const library = koffi.load('ole32.dll');
  const incrementMtaUsage: KoffiFunc<(cookie: Buffer) => number> = library.func(
    'int32_t __stdcall CoIncrementMTAUsage(_Out_ uint8_t *cookie)',
  );
  const decrementMtaUsage: KoffiFunc<(cookie: bigint) => number> = library.func(
    'int32_t __stdcall CoDecrementMTAUsage(uintptr_t cookie)',
  );
  const createInstance: KoffiFunc<
    (classId: Buffer, outer: bigint, context: number, interfaceId: Buffer, created: Buffer) => number
  > = library.func(
    'int32_t __stdcall CoCreateInstance(const uint8_t *classId, uintptr_t outer, uint32_t context, const uint8_t *interfaceId, _Out_ uint8_t *created)',
  );
  const written = koffi.out(koffi.pointer('uint8_t'));
  return {
    incrementMtaUsage,
    decrementMtaUsage,
    createInstance,
    getCost: koffi.proto('__stdcall', 'int32_t', ['uintptr_t', written, 'uintptr_t']),
    release: koffi.proto('__stdcall', 'uint32_t', ['uintptr_t']),
  };
}
