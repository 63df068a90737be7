import { ConfinementError } from './confinement-error.ts';
import { mitigationPolicy } from './mitigation-policy.ts';
import { NativeMemory } from './native-memory.ts';
import { encodeSid, type Sid } from './sid.ts';
import { encodeStruct } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** PROC_THREAD_ATTRIBUTE_… (winbase.h): the number, and 0x20000 for what is only read. */
const ATTRIBUTE = {
  handleList: 0x2_0002n,
  mitigationPolicy: 0x2_0007n,
  securityCapabilities: 0x2_0009n,
  jobList: 0x2_000dn,
  childProcessPolicy: 0x2_000en,
};
const PROCESS_CREATION_CHILD_PROCESS_RESTRICTED = 1;
const SE_GROUP_ENABLED = 4;

/** What CreateProcess is told beyond STARTUPINFO. Valid until it is disposed. */
export class StartAttributes implements Disposable {
  readonly #calls: WindowsCalls;
  readonly #memory = new NativeMemory();
  readonly #list: Buffer;

  /** @throws ConfinementError */
  constructor(calls: WindowsCalls) {
    this.#calls = calls;
    const count = Object.keys(ATTRIBUTE).length;
    const bytes = Buffer.alloc(8);
    calls.initializeAttributes(null, count, 0, bytes);
    this.#list = Buffer.alloc(Number(bytes.readBigUInt64LE()));
    if (calls.initializeAttributes(this.#list, count, 0, bytes) === 0) {
      throw new ConfinementError('InitializeProcThreadAttributeList', calls.getLastError());
    }
  }

  /** For STARTUPINFOEX. */
  address(): bigint {
    return this.#memory.place(this.#list);
  }

  /** The worker inherits these handles and no others. @throws ConfinementError */
  inheritOnly(handles: readonly bigint[]): void {
    const error = this.#update(ATTRIBUTE.handleList, pointers(handles));
    if (error !== undefined) throw new ConfinementError('a list of handles', error);
  }

  /** @throws ConfinementError */
  putInContainer(container: Sid, capabilities: readonly Sid[]): void {
    const entries = capabilities.map((sid) =>
      encodeStruct('SID_AND_ATTRIBUTES', {
        Sid: this.#memory.place(encodeSid(sid)),
        Attributes: SE_GROUP_ENABLED,
      }),
    );
    const value = encodeStruct('SECURITY_CAPABILITIES', {
      AppContainerSid: this.#memory.place(encodeSid(container)),
      Capabilities: this.#memory.place(Buffer.concat(entries)),
      CapabilityCount: entries.length,
    });
    const error = this.#update(ATTRIBUTE.securityCapabilities, value);
    if (error !== undefined) throw new ConfinementError('an AppContainer', error);
  }

  /** The worker is in the job from its first moment. @returns Windows' error, if it refused. */
  startInJob(job: bigint): number | undefined {
    return this.#update(ATTRIBUTE.jobList, pointers([job]));
  }

  /** @returns Windows' error, if it refused. */
  mitigate(): number | undefined {
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(mitigationPolicy());
    return this.#update(ATTRIBUTE.mitigationPolicy, value);
  }

  /** @returns Windows' error, if it refused. */
  forbidChildren(): number | undefined {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(PROCESS_CREATION_CHILD_PROCESS_RESTRICTED);
    return this.#update(ATTRIBUTE.childProcessPolicy, value);
  }

  [Symbol.dispose](): void {
    this.#calls.deleteAttributes(this.#list);
    this.#memory[Symbol.dispose]();
  }

  #update(attribute: bigint, value: Buffer): number | undefined {
    const address = this.#memory.place(value);
    const bytes = BigInt(value.length);
    const done = this.#calls.updateAttribute(this.#list, 0, attribute, address, bytes, null, null);
    return done === 0 ? this.#calls.getLastError() : undefined;
  }
}

function pointers(values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(value, 8 * index);
  return bytes;
}
