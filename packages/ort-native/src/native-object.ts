import { OrtDisposedError } from './ort-error.ts';

/**
 * Something of the library's that has to be released. Whoever needs it for longer than one call borrows it; it is
 * released when it has been disposed of and everyone has given it back, so that nothing is pulled from under a run.
 */
export abstract class NativeObject implements Disposable {
  readonly #address: number;
  readonly #what: string;
  #borrowers = 0;
  #isDisposed = false;

  /** @param what names it in error messages, such as `This tensor` */
  constructor(address: number, what: string) {
    this.#address = address;
    this.#what = what;
  }

  protected abstract release(address: number): void;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Where it lies, for the call that is made now. @throws OrtDisposedError */
  addressFor(call: string): number {
    if (this.#isDisposed) throw new OrtDisposedError(call, this.#what);
    return this.#address;
  }

  /** Where it lies, until `giveBack`. @throws OrtDisposedError */
  borrow(call: string): number {
    const address = this.addressFor(call);
    this.#borrowers += 1;
    return address;
  }

  /** Borrows it for something that it made itself, which may be after its disposal as long as others borrow it. */
  keep(): void {
    this.#borrowers += 1;
  }

  /** Where it lies, for who has borrowed it. */
  get keptAddress(): number {
    return this.#address;
  }

  giveBack(): void {
    this.#borrowers -= 1;
    if (this.#isDisposed && this.#borrowers === 0) this.release(this.#address);
  }

  /** Harmless twice. What still uses it, such as a run, ends undisturbed. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#borrowers === 0) this.release(this.#address);
  }
}
