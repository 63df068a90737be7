import { ConfinementError } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import { encodeStruct, LAYOUTS } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** A security descriptor made of its text form (SDDL). */
export class SecurityDescriptor implements Disposable {
  readonly #calls: WindowsCalls;
  readonly #address: bigint;

  /** @throws ConfinementError when Windows does not read the text. */
  constructor(calls: WindowsCalls, text: string) {
    const pointer = Buffer.alloc(8);
    if (calls.descriptorFromText(text, CONSTANTS.SDDL_REVISION_1, pointer, null) === 0) {
      throw new ConfinementError(`the security descriptor ${text}`, calls.getLastError());
    }
    this.#calls = calls;
    this.#address = pointer.readBigUInt64LE();
  }

  /** SECURITY_ATTRIBUTES for an object that is not inherited; valid until this is disposed. */
  attributes(): Buffer {
    return encodeStruct('SECURITY_ATTRIBUTES', {
      nLength: LAYOUTS.SECURITY_ATTRIBUTES.bytes,
      lpSecurityDescriptor: this.#address,
    });
  }

  /** Address of the access list; valid until this is disposed. */
  dacl(): bigint {
    const present = Buffer.alloc(4);
    const dacl = Buffer.alloc(8);
    if (this.#calls.descriptorDacl(this.#address, present, dacl, Buffer.alloc(4)) === 0) {
      throw new ConfinementError('GetSecurityDescriptorDacl', this.#calls.getLastError());
    }
    return dacl.readBigUInt64LE();
  }

  [Symbol.dispose](): void {
    this.#calls.localFree(this.#address);
  }
}
