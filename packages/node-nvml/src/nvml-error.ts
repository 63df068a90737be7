import { describeReturn, NVML_RETURN, type NvmlErrorCode } from './return-codes.ts';

/** A call of NVML that failed: the code's name and value, the call, and a sentence that says what to do. */
export class NvmlError extends Error {
  override readonly name: string = 'NvmlError';
  readonly code: NvmlErrorCode;
  /** The `nvmlReturn_t`. */
  readonly value: number;
  /** The C function. */
  readonly call: string;

  constructor(call: string, value: number, options: { message?: string; cause?: unknown } = {}) {
    const { code, advice } = describeReturn(value);
    super(
      options.message ?? `${call} failed (${code}, ${value}). ${advice}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.value = value;
    this.call = call;
  }
}

/** This `Nvml` was disposed. */
export class NvmlDisposedError extends NvmlError {
  override readonly name = 'NvmlDisposedError';

  constructor(call: string) {
    super(call, NVML_RETURN.UNINITIALIZED, {
      message: `${call} was called after this Nvml was disposed. Open it again with openNvml().`,
    });
  }
}

export type NvmlUnavailableReason =
  /** No library: no NVIDIA driver is installed. */
  | 'no-library'
  /** A library is there but cannot be loaded: damaged, or for another system. */
  | 'unusable-library'
  /** The library loads, but its structs are laid out otherwise on this machine. */
  | 'abi-mismatch'
  /** The library loads, but NVML does not start; `code` says why. */
  | 'init-failed';

/** There is no NVML to talk to on this machine. */
export class NvmlUnavailableError extends NvmlError {
  override readonly name = 'NvmlUnavailableError';
  readonly reason: NvmlUnavailableReason;
  /** Where a library was looked for, and what happened. */
  readonly attempts: readonly LoadAttempt[];

  constructor(
    reason: NvmlUnavailableReason,
    details: {
      call: string;
      value: number;
      explanation: string;
      attempts?: readonly LoadAttempt[];
      cause?: unknown;
    },
  ) {
    super(details.call, details.value, {
      message: `There is no usable NVML here: ${details.explanation}`,
      cause: details.cause,
    });
    this.reason = reason;
    this.attempts = details.attempts ?? [];
  }
}

export interface LoadAttempt {
  readonly path: string;
  readonly problem: string;
}
