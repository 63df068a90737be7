import { errorCodeName, errorCodeValue, type OrtErrorCode } from './error-code.ts';

/** A call of ONNX Runtime that failed, or that could not be made: its code, the C function, and what was wrong. */
export class OrtError extends Error {
  override readonly name: string = 'OrtError';
  readonly code: OrtErrorCode;
  /** The `OrtErrorCode`'s number. */
  readonly value: number;
  /** The C function. */
  readonly call: string;

  constructor(call: string, value: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = errorCodeName(value);
    this.value = value;
    this.call = call;
  }
}

/** An argument that this package refused before the library saw it: a wrong name, type, shape or length. */
export class OrtArgumentError extends OrtError {
  override readonly name = 'OrtArgumentError';

  constructor(call: string, message: string) {
    super(call, errorCodeValue('INVALID_ARGUMENT'), message);
  }
}

/** What was used had been disposed. */
export class OrtDisposedError extends OrtError {
  override readonly name = 'OrtDisposedError';

  constructor(call: string, what: string) {
    super(
      call,
      errorCodeValue('INVALID_ARGUMENT'),
      `${what} was used after it was disposed. Keep it until its last use, then dispose of it once.`,
    );
  }
}

/** The `AbortSignal` ended a run, or the loading of a model; `cause` is the signal's reason. */
export class OrtAbortedError extends OrtError {
  override readonly name = 'OrtAbortedError';

  constructor(call: string, reason: unknown) {
    super(call, errorCodeValue('FAIL'), `${call} was ended by its AbortSignal.`, { cause: reason });
  }
}

export type OrtLibraryProblem =
  /** No file is there, or none is known for this system. */
  | 'no-library'
  /** A file is there but the system cannot load it: no library, damaged, or for another system. */
  | 'unusable-library'
  /** A library, but not ONNX Runtime. */
  | 'not-onnxruntime'
  /** ONNX Runtime, but too old, or of a generation that this package does not know. */
  | 'unsupported-version';

/** The library of ONNX Runtime cannot be used. */
export class OrtLibraryError extends OrtError {
  override readonly name = 'OrtLibraryError';
  readonly reason: OrtLibraryProblem;
  readonly libraryPath: string;

  constructor(reason: OrtLibraryProblem, libraryPath: string, explanation: string, cause?: unknown) {
    const value = errorCodeValue(reason === 'no-library' ? 'NO_SUCH_FILE' : 'FAIL');
    super(
      'OrtGetApiBase',
      value,
      `ONNX Runtime cannot be used: ${explanation}`,
      cause === undefined ? undefined : { cause },
    );
    this.reason = reason;
    this.libraryPath = libraryPath;
  }
}
