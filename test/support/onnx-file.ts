import protobuf from 'protobufjs';
import { z } from 'zod';
import type { Tensor } from '../../src/shared/tensor.ts';

/** The part of onnx.proto that tests read and write; field numbers from the ONNX project's definition. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ModelProto {
    int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
  }
  message NodeProto { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated AttributeProto attribute = 5; }
  message AttributeProto { string name = 1; int64 i = 3; GraphProto g = 6; repeated int64 ints = 8; int32 type = 20; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  message TensorProto {
    repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; repeated int32 int32_data = 5;
    repeated bytes string_data = 6; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9;
    repeated double double_data = 10; repeated uint64 uint64_data = 11;
  }
`);

/** Element types by their number in onnx.proto. */
const ELEMENT_TYPES: Readonly<Record<number, Tensor['type']>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
};
export const ALL_ELEMENT_TYPES = Object.values(ELEMENT_TYPES);

interface OnnxNode {
  readonly op_type: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Integers, lists of integers and graphs by name. */
  readonly attributes?: Readonly<Record<string, number | readonly number[] | OnnxGraph>>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

interface OnnxValue {
  readonly name: string;
  readonly type: Tensor['type'];
  /** A number for a fixed size, a name for one that the caller chooses. */
  readonly shape: readonly (number | string)[];
}

/** The bytes of a model file. */
export function onnxModel(graph: OnnxGraph & { readonly operatorSet?: number }): Uint8Array {
  const model = {
    ir_version: 8,
    producer_name: 'gata-tests',
    opset_import: [{ domain: '', version: graph.operatorSet ?? 17 }],
    graph: graphProto(graph),
  };
  const type = root.lookupType('ModelProto');
  return type.encode(type.fromObject(underscoresToCamelCase(model))).finish();
}

function graphProto({ nodes, inputs, outputs }: OnnxGraph): object {
  return {
    name: 'graph',
    node: nodes.map(nodeProto),
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
  };
}

function nodeProto({ attributes = {}, ...node }: OnnxNode): object {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'number') return { name, i: value, type: 2 };
    return 'nodes' in value ? { name, g: graphProto(value), type: 5 } : { name, ints: value, type: 7 };
  });
  return { ...node, attribute };
}

function valueInfo({ name, type, shape }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  const number = Object.entries(ELEMENT_TYPES).find(([, name]) => name === type)?.[0];
  return { name, type: { tensor_type: { elem_type: Number(number), shape: { dim } } } };
}

/** protobufjs names fields in camel case. */
function underscoresToCamelCase(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(renamed(value));
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      renamed(field),
    ]),
  );
}

const longSchema = z.union([z.number(), z.string()]).transform(BigInt);
const tensorProtoSchema = z.object({
  dims: z.array(longSchema).default([]),
  dataType: z.number().default(0),
  floatData: z.array(z.number()).default([]),
  int32Data: z.array(z.number()).default([]),
  stringData: z.array(z.instanceof(Uint8Array)).default([]),
  int64Data: z.array(longSchema).default([]),
  rawData: z.instanceof(Uint8Array).optional(),
  doubleData: z.array(z.number()).default([]),
  uint64Data: z.array(longSchema).default([]),
});
type TensorProto = z.infer<typeof tensorProtoSchema>;

/** The tensor in a TensorProto file; undefined for an element type that onnxruntime-node does not have. */
export function parseTensorFile(bytes: Uint8Array): Tensor | undefined {
  const type = root.lookupType('TensorProto');
  const proto = tensorProtoSchema.parse(
    type.toObject(type.decode(bytes), { longs: String, arrays: true, defaults: false }),
  );
  const elementType = ELEMENT_TYPES[proto.dataType];
  const dims = proto.dims.map(Number);
  if (elementType === undefined) return undefined;
  if (elementType === 'string') {
    return { type: elementType, dims, data: proto.stringData.map((text) => Buffer.from(text).toString()) };
  }
  const data = proto.rawData?.length ? Uint8Array.from(proto.rawData) : bytesOf(elementType, proto);
  return { type: elementType, dims, data };
}

function bytesOf(type: Tensor['type'], proto: TensorProto): Uint8Array<ArrayBuffer> {
  return new Uint8Array(elementsOf(type, proto).buffer);
}

function elementsOf(type: Tensor['type'], proto: TensorProto): { readonly buffer: ArrayBuffer } {
  switch (type) {
    case 'float32':
      return Float32Array.from(proto.floatData);
    case 'float64':
      return Float64Array.from(proto.doubleData);
    case 'int64':
      return BigInt64Array.from(proto.int64Data);
    case 'uint64':
      return BigUint64Array.from(proto.uint64Data);
    case 'uint32':
      return Uint32Array.from(proto.uint64Data, Number);
    case 'int32':
      return Int32Array.from(proto.int32Data);
    case 'int16':
      return Int16Array.from(proto.int32Data);
    case 'uint16':
    case 'float16':
      return Uint16Array.from(proto.int32Data);
    case 'int8':
      return Int8Array.from(proto.int32Data);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(proto.int32Data);
    case 'string':
      throw new TypeError('Strings have no bytes here.');
  }
}

const modelProtoSchema = z.object({
  graph: z.object({
    input: z
      .array(z.object({ name: z.string(), type: z.object({ tensorType: z.unknown() }).partial() }))
      .default([]),
    output: z.array(z.object({ name: z.string() })).default([]),
    initializer: z.array(z.object({ name: z.string() })).default([]),
  }),
});

/** The names of a model file's inputs, in order, and whether all are tensors. */
export function parseModelInterface(bytes: Uint8Array): {
  inputs: string[];
  outputs: string[];
  hasOnlyTensors: boolean;
} {
  const type = root.lookupType('ModelProto');
  const { graph } = modelProtoSchema.parse(
    type.toObject(type.decode(bytes), { longs: String, arrays: true }),
  );
  const given = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !given.has(name));
  return {
    inputs: inputs.map(({ name }) => name),
    outputs: graph.output.map(({ name }) => name),
    hasOnlyTensors: inputs.every((input) => input.type.tensorType !== undefined),
  };
}
