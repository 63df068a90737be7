import { ABI } from './abi.ts';
import type { NvmlDevice } from './device.ts';
import { NativeMemory } from './native-memory.ts';
import { NvmlDisposedError, NvmlError } from './nvml-error.ts';
import type { NvmlSession } from './nvml-session.ts';
import { NVML_RETURN } from './return-codes.ts';

/** nvmlEventType…, to be combined with `|`. */
export const NVML_EVENT = {
  singleBitEccError: 0x1,
  doubleBitEccError: 0x2,
  performanceState: 0x4,
  /** A serious fault; `data` is the Xid number. */
  xidCriticalError: 0x8,
  clock: 0x10,
  /** From mains to battery or back. */
  powerSourceChange: 0x80,
  migConfigurationChange: 0x100,
} as const;

export interface NvmlEvent {
  /** null: a card that was not registered with this set. */
  readonly uuid: string | null;
  /** One bit of NVML_EVENT. */
  readonly type: number;
  /** For `xidCriticalError`, the Xid number. */
  readonly data: number;
}

/**
 * Events of cards: register cards, then wait, again and again. A wait runs on a thread of its own and does not
 * block the event loop; one at a time per set.
 */
export class EventSet implements Disposable {
  readonly #session: NvmlSession;
  readonly #handle: number;
  readonly #uuids = new Map<number, string>();
  /** Of its own: a thread writes to it while the set's other calls are made. */
  readonly #event = new NativeMemory(ABI.eventData.size);
  #waiting = false;
  #disposed = false;

  /** Use `nvml.createEventSet()`. */
  constructor(session: NvmlSession) {
    this.#session = session;
    const memory = new NativeMemory(8);
    session.check('eventSetCreate', memory.address);
    this.#handle = memory.uint64(0);
  }

  /**
   * @param types bits of NVML_EVENT that the card supports (`device.supportedEventTypes()`)
   * @throws NvmlError NOT_SUPPORTED: the card does not offer one of them
   */
  register(device: NvmlDevice, types: number): void {
    this.#assertOpen('nvmlDeviceRegisterEvents');
    this.#uuids.set(device.registerEvents(types, this.#handle), device.uuid);
  }

  /**
   * Waits for the next event of the registered cards.
   *
   * @param timeoutMs at most this long; a wait cannot be ended from outside, so keep it short (1,000)
   * @returns null when there was none
   * @throws NvmlError GPU_IS_LOST, INVALID_STATE: another wait is under way
   */
  async wait(timeoutMs: number): Promise<NvmlEvent | null> {
    const call = this.#session.library.get('eventSetWait');
    this.#assertOpen(call.symbol);
    if (this.#waiting) {
      throw new NvmlError(call.symbol, NVML_RETURN.INVALID_STATE, {
        message: `${call.symbol} is under way already: an event set can wait once at a time.`,
      });
    }
    this.#waiting = true;
    try {
      const result = await this.#session.runAsync(call, this.#handle, this.#event.address, timeoutMs);
      if (result === NVML_RETURN.TIMEOUT) return null;
      if (result !== NVML_RETURN.SUCCESS) throw new NvmlError(call.symbol, result);
      const { device, eventType, eventData } = ABI.eventData.fields;
      return {
        uuid: this.#uuids.get(this.#event.uint64(device.offset)) ?? null,
        type: this.#event.uint64(eventType.offset),
        data: this.#event.uint64(eventData.offset),
      };
    } finally {
      this.#waiting = false;
      if (this.#disposed) this.#free();
    }
  }

  /** Frees the set; while it waits, when that has ended. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (!this.#waiting) this.#free();
  }

  /** Nothing to free once NVML itself is shut down. */
  #free(): void {
    if (!this.#session.disposed) this.#session.library.find('eventSetFree')?.invoke(this.#handle);
  }

  #assertOpen(call: string): void {
    if (this.#disposed) throw new NvmlDisposedError(call);
    this.#session.assertOpen(call);
  }
}
