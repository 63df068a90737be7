import koffi from 'koffi';

/**
 * Bytes that Windows is given the addresses of. The garbage collector does not see such an address: everything
 * stays until this object is disposed, which is to be after the call that reads it.
 */
export class NativeMemory implements Disposable {
  readonly #kept: Buffer[] = [];

  /** @returns the address of the bytes themselves; no copy is made. */
  place(bytes: Buffer): bigint {
    this.#kept.push(bytes);
    return BigInt(koffi.address(bytes));
  }

  /** @returns the address of the text in UTF-16, ended by a zero. */
  placeText(text: string): bigint {
    return this.place(Buffer.from(`${text}\0`, 'utf16le'));
  }

  [Symbol.dispose](): void {
    this.#kept.length = 0;
  }
}
