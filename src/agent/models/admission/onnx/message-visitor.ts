/** A field of bytes as it lies in the file. */
export interface BytesField {
  /** In bytes. */
  readonly length: number;
  /** The bytes, or undefined when there are more than `most` (at most 64 KiB). Holds until the visitor returns. */
  take(most: number): Uint8Array | undefined;
}

/**
 * What is told of one message, field by field in the file's order. A visitor keeps what it needs; the bytes of
 * tensors are never kept.
 */
export abstract class MessageVisitor {
  /** A name of the place in words, for the reasons of fields that are wrong whatever the message is. */
  abstract place(): string;

  integer(_field: string, _value: number): void {}

  float(_field: string): void {}

  name(_field: string, _value: string): void {}

  bytes(_field: string, _value: BytesField): void {}

  /** `count` elements of a tensor, with their values where they are few integers. */
  elements(_field: string, _count: number, _values: readonly number[]): void {}

  /** The visitor of a message within this one, `length` bytes long; undefined passes over it. */
  child(_field: string, _length: number): MessageVisitor | undefined {
    return undefined;
  }

  /** The message is complete. */
  end(): void {}
}
