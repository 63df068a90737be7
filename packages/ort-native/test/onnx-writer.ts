import { type ElementType, elementTypeCode } from '../src/element-type.ts';

/** Writes ONNX models; field numbers and values from the ONNX project's `onnx.proto`. */
export interface ModelGraph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Constants of float32, by name. */
  readonly initializers?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
  >;
}

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[] | ModelGraph>>;
  /** Default: ONNX's own. */
  readonly domain?: string;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: TypeInfo;
}

type TypeInfo =
  | {
      readonly kind: 'tensor';
      readonly type: ElementType;
      /** undefined: unknown rank. */
      readonly shape?: readonly (number | string)[];
    }
  | { readonly kind: 'sequence'; readonly element: TypeInfo }
  | { readonly kind: 'optional'; readonly value: TypeInfo }
  | { readonly kind: 'map'; readonly key: ElementType; readonly value: TypeInfo };

export interface ModelOptions {
  readonly operatorSet?: number;
  readonly irVersion?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const ML_DOMAIN = 'ai.onnx.ml';
const ATTRIBUTE = { int: 2, graph: 5, ints: 7 } as const;

export function tensorValue(
  name: string,
  type: ElementType,
  shape?: readonly (number | string)[],
): ValueInfo {
  return { name, type: shape === undefined ? { kind: 'tensor', type } : { kind: 'tensor', type, shape } };
}

export function writeModel(graph: ModelGraph, options: ModelOptions = {}): Uint8Array {
  return bytes(
    integer(1, options.irVersion ?? 10),
    text(2, 'ort-native tests'),
    integer(5, 7),
    message(7, writeGraph(graph)),
    message(8, text(1, ''), integer(2, options.operatorSet ?? 21)),
    message(8, text(1, ML_DOMAIN), integer(2, 3)),
    ...Object.entries(options.metadata ?? {}).map(([key, value]) =>
      message(14, text(1, key), text(2, value)),
    ),
  );
}

/** A model that gives its input back. */
export function identityModel(type: ElementType, options: ModelOptions = {}): Uint8Array {
  return writeModel(
    {
      nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
      inputs: [tensorValue('x', type)],
      outputs: [tensorValue('y', type)],
    },
    options,
  );
}

/** `count` products of square matrices in a row, each in need of the one before. */
export function matrixChain(count: number, size: number): Uint8Array {
  const shape = [size, size];
  return writeModel({
    nodes: Array.from({ length: count }, (_, index) => ({
      operator: 'MatMul',
      inputs: [index === 0 ? 'x' : `t${index}`, 'w'],
      outputs: [index === count - 1 ? 'y' : `t${index + 1}`],
    })),
    inputs: [tensorValue('x', 'float32', shape), tensorValue('w', 'float32', shape)],
    outputs: [tensorValue('y', 'float32', shape)],
  });
}

function writeGraph({ nodes, inputs, outputs, initializers = {} }: ModelGraph): Uint8Array {
  return bytes(
    ...nodes.map((node) =>
      message(
        1,
        ...node.inputs.map((name) => text(1, name)),
        ...node.outputs.map((name) => text(2, name)),
        text(4, node.operator),
        ...Object.entries(node.attributes ?? {}).map(([name, value]) => writeAttribute(name, value)),
        text(7, node.domain ?? ''),
      ),
    ),
    text(2, 'graph'),
    ...Object.entries(initializers).map(([name, { shape, data }]) =>
      message(
        5,
        ...shape.map((size) => integer(1, size)),
        integer(2, elementTypeCode('float32')),
        text(8, name),
        message(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      ),
    ),
    ...inputs.map((value) => message(11, text(1, value.name), message(2, writeType(value.type)))),
    ...outputs.map((value) => message(12, text(1, value.name), message(2, writeType(value.type)))),
  );
}

function writeAttribute(name: string, value: number | readonly number[] | ModelGraph): Uint8Array {
  if (typeof value === 'number')
    return message(5, text(1, name), integer(3, value), integer(20, ATTRIBUTE.int));
  if ('nodes' in value) {
    return message(5, text(1, name), message(6, writeGraph(value)), integer(20, ATTRIBUTE.graph));
  }
  return message(5, text(1, name), ...value.map((each) => integer(8, each)), integer(20, ATTRIBUTE.ints));
}

function writeType(type: TypeInfo): Uint8Array {
  switch (type.kind) {
    case 'tensor': {
      const shape = type.shape?.map((size) =>
        message(1, typeof size === 'number' ? integer(1, size) : text(2, size)),
      );
      return message(
        1,
        integer(1, elementTypeCode(type.type)),
        ...(shape === undefined ? [] : [message(2, ...shape)]),
      );
    }
    case 'sequence':
      return message(4, message(1, writeType(type.element)));
    case 'map':
      return message(5, integer(1, elementTypeCode(type.key)), message(2, writeType(type.value)));
    case 'optional':
      return message(9, message(1, writeType(type.value)));
  }
}

function message(field: number, ...parts: Uint8Array[]): Uint8Array {
  const content = bytes(...parts);
  return bytes(varint(field * 8 + 2), varint(content.length), content);
}

function text(field: number, value: string): Uint8Array {
  return message(field, Buffer.from(value, 'utf8'));
}

function integer(field: number, value: number): Uint8Array {
  return bytes(varint(field * 8), varint(value));
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    out.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}

function bytes(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
