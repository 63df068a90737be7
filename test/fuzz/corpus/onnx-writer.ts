/**
 * Writes ONNX's protobuf byte by byte, the wrong files above all: field numbers are those of
 * src/agent/models/admission/onnx/message-schema.ts.
 */
export type Bytes = readonly number[] | Uint8Array;

export function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return bytes;
}

export function integer(field: number, value: number | bigint): number[] {
  return [...varint(field * 8), ...varint(value)];
}

function join(...parts: readonly Bytes[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part))));
}

export function delimited(field: number, ...parts: readonly Bytes[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return join(varint(field * 8 + 2), varint(length), ...parts);
}

export function text(field: number, value: string): Uint8Array {
  return delimited(field, Buffer.from(value));
}

export function attribute(name: string, type: number, ...content: readonly Bytes[]): Uint8Array {
  return delimited(5, text(1, name), ...content, integer(20, type));
}

export interface NodeParts {
  readonly operator: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly domain?: string;
  readonly name?: string;
  readonly attributes?: readonly Bytes[];
}

/** The field of a node in a graph; in a function its number is 7. */
export function node(
  { operator, inputs = [], outputs = [], domain, name, attributes = [] }: NodeParts,
  field = 1,
) {
  return delimited(
    field,
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    name === undefined ? [] : text(3, name),
    text(4, operator),
    ...attributes,
    domain === undefined ? [] : text(7, domain),
  );
}

export const FLOAT = 1;
export const INT64 = 7;
export const STRING = 8;

/** A tensor message's content, for an initialiser (field 5 of a graph) or an attribute. */
export function tensor(
  name: string,
  dims: readonly (number | bigint)[],
  type: number,
  ...data: readonly Bytes[]
): Uint8Array {
  return join(...dims.map((size) => integer(1, size)), integer(2, type), text(8, name), ...data);
}

export function initialiser(
  name: string,
  dims: readonly (number | bigint)[],
  type: number,
  ...data: readonly Bytes[]
) {
  return delimited(5, tensor(name, dims, type, ...data));
}

/** An initialiser of 64-bit integers: a shape, mostly. */
export function shape(name: string, values: readonly (number | bigint)[]): Uint8Array {
  return initialiser(name, [values.length], INT64, delimited(7, ...values.map(varint)));
}

export function externalEntry(key: string, value: string): Uint8Array {
  return delimited(13, text(1, key), text(2, value));
}

/** An input (11), output (12) or value in between (13) of floats. */
export function value(
  field: 11 | 12 | 13,
  name: string,
  dims: readonly (number | bigint | string)[] = [1],
  type = FLOAT,
) {
  const sizes = dims.map((size) => delimited(1, typeof size === 'string' ? text(2, size) : integer(1, size)));
  return delimited(
    field,
    text(1, name),
    delimited(2, delimited(1, integer(1, type), delimited(2, ...sizes))),
  );
}

/** A graph's content. */
export function graph(...parts: readonly Bytes[]): Uint8Array {
  return join(text(2, 'graph'), ...parts);
}

export function operatorSet(domain: string, version: number): Uint8Array {
  return delimited(8, text(1, domain), integer(2, version));
}

/** A whole file around a graph's content. */
export function model(graphContent: Bytes, ...others: readonly Bytes[]): Uint8Array {
  return join(integer(1, 8), operatorSet('', 17), delimited(7, graphContent), ...others);
}

/** A whole file of a graph from `x` to `y` with what is given besides. */
export function around(...parts: readonly Bytes[]): Uint8Array {
  return model(
    graph(
      ...parts,
      node({ operator: 'Relu', inputs: ['x'], outputs: ['y'], name: 'relu' }),
      value(11, 'x', ['batch', 3]),
      value(12, 'y', ['batch', 3]),
    ),
  );
}
