import { ConfinementError } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import { mitigationPolicy } from './mitigation-policy.ts';
import { NativeMemory } from './native-memory.ts';
import { encodeSid, type Sid } from './sid.ts';
import { encodeStruct } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const ATTRIBUTES = 5;

/** What CreateProcess is told beyond STARTUPINFO. Valid until it is disposed. */
export class StartAttributes implements Disposable {
  readonly #calls: WindowsCalls;
  readonly #memory = new NativeMemory();
  readonly #list: Buffer;

  /** @throws ConfinementError */
  constructor(calls: WindowsCalls) {
    this.#calls = calls;
    const bytes = Buffer.alloc(8);
    calls.initializeAttributes(null, ATTRIBUTES, 0, bytes);
    this.#list = Buffer.alloc(Number(bytes.readBigUInt64LE()));
    if (calls.initializeAttributes(this.#list, ATTRIBUTES, 0, bytes) === 0) {
      throw new ConfinementError('InitializeProcThreadAttributeList', calls.getLastError());
    }
  }

  /** For STARTUPINFOEX. */
  address(): bigint {
    return this.#memory.place(this.#list);
  }

  /** The worker inherits these handles and no others. @throws ConfinementError */
  inheritOnly(handles: readonly bigint[]): void {
    const error = this.#update(CONSTANTS.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, pointers(handles));
    if (error !== undefined) throw new ConfinementError('a list of handles', error);
  }

  /** @throws ConfinementError */
  putInContainer(container: Sid, capabilities: readonly Sid[]): void {
    const entries = capabilities.map((sid) =>
      encodeStruct('SID_AND_ATTRIBUTES', {
        Sid: this.#memory.place(encodeSid(sid)),
        Attributes: CONSTANTS.SE_GROUP_ENABLED,
      }),
    );
    const value = encodeStruct('SECURITY_CAPABILITIES', {
      AppContainerSid: this.#memory.place(encodeSid(container)),
      Capabilities: this.#memory.place(Buffer.concat(entries)),
      CapabilityCount: entries.length,
    });
    const error = this.#update(CONSTANTS.PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES, value);
    if (error !== undefined) throw new ConfinementError('an AppContainer', error);
  }

  /** The worker is in the job from its first moment. @returns Windows' error, if it refused. */
  startInJob(job: bigint): number | undefined {
    return this.#update(CONSTANTS.PROC_THREAD_ATTRIBUTE_JOB_LIST, pointers([job]));
  }

  /** @returns Windows' error, if it refused. */
  mitigate(): number | undefined {
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(mitigationPolicy());
    return this.#update(CONSTANTS.PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, value);
  }

  /** @returns Windows' error, if it refused. */
  forbidChildren(): number | undefined {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(CONSTANTS.PROCESS_CREATION_CHILD_PROCESS_RESTRICTED);
    return this.#update(CONSTANTS.PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY, value);
  }

  [Symbol.dispose](): void {
    this.#calls.deleteAttributes(this.#list);
    this.#memory[Symbol.dispose]();
  }

  #update(attribute: number, value: Buffer): number | undefined {
    const address = this.#memory.place(value);
    const bytes = BigInt(value.length);
    const done = this.#calls.updateAttribute(this.#list, 0, BigInt(attribute), address, bytes, null, null);
    return done === 0 ? this.#calls.getLastError() : undefined;
  }
}

function pointers(values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(value, 8 * index);
  return bytes;
}
