/** What can be wrong with a document of the model catalogue. */
export type CatalogueFaultCode =
  | 'malformed'
  | 'too-large'
  | 'not-canonical'
  | 'untrusted-root'
  | 'unknown-key'
  | 'wrong-role'
  | 'bad-signature'
  | 'key-not-valid'
  | 'revoked-key'
  | 'rolled-back'
  | 'conflicting'
  | 'from-the-future'
  | 'expired'
  | 'valid-too-long';

/** A document of the model catalogue that must not be trusted, and why, as a sentence. */
export class CatalogueFault extends Error {
  readonly code: CatalogueFaultCode;

  constructor(code: CatalogueFaultCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CatalogueFault';
    this.code = code;
  }
}
