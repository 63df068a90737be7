import protobuf from 'protobufjs';

/** The part of onnx.proto that the model needs; field numbers from the ONNX project's definition. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ModelProto { int64 irVersion = 1; string producerName = 2; GraphProto graph = 7; repeated OperatorSet opsetImport = 8; }
  message OperatorSet { string domain = 1; int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string opType = 4; repeated Attribute attribute = 5; }
  message Attribute { string name = 1; repeated int64 ints = 8; int32 type = 20; }
  message ValueInfo { string name = 1; TypeProto type = 2; }
  message TypeProto { TensorType tensorType = 1; }
  message TensorType { int32 elemType = 1; Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { int64 dimValue = 1; }
  message TensorProto { repeated int64 dims = 1; int32 dataType = 2; string name = 8; bytes rawData = 9; }
`);

const FLOAT = 1;
const INTS = 7;
const SIZE = 512;
/** Of the input, between the convolutions, and of the output. */
const CHANNELS = [3, 32, 32, 32, 3];
const KERNEL = 3;

/** Floating-point operations of one run: two per product, in 3×3 convolutions that keep the picture's size. */
export const CONVOLUTION_OPERATIONS =
  2 * SIZE ** 2 * KERNEL ** 2 * CHANNELS.slice(1).reduce((sum, to, at) => sum + to * (CHANNELS[at] ?? 0), 0);

/**
 * A model of four 3×3 convolutions over 1×3×512×512, with rectifiers in between: `image` in, `features` out. Its
 * weights come from a fixed generator, of a size that keeps the values' spread from layer to layer.
 */
export function convolutionModel(): Uint8Array {
  const random = generator(20_261_120);
  const nodes: object[] = [];
  const initializers: object[] = [];
  CHANNELS.slice(1).forEach((to, at) => {
    const from = CHANNELS[at] ?? 0;
    const isLast = at === CHANNELS.length - 2;
    const inputs = from * KERNEL ** 2;
    // The variance of a uniform number in ±limit is limit²/3; a rectifier halves what passes.
    const weights = Float32Array.from(
      { length: to * inputs },
      () => (2 * random() - 1) * Math.sqrt(6 / inputs),
    );
    const biases = Float32Array.from({ length: to }, () => (2 * random() - 1) * 0.1);
    initializers.push(
      tensor(`weights_${at}`, [to, from, KERNEL, KERNEL], weights),
      tensor(`biases_${at}`, [to], biases),
    );
    const input = at === 0 ? 'image' : `rectified_${at - 1}`;
    const output = isLast ? 'features' : `convolved_${at}`;
    nodes.push({
      name: `convolution_${at}`,
      opType: 'Conv',
      input: [input, `weights_${at}`, `biases_${at}`],
      output: [output],
      attribute: [
        { name: 'kernel_shape', ints: [KERNEL, KERNEL], type: INTS },
        { name: 'pads', ints: [1, 1, 1, 1], type: INTS },
      ],
    });
    if (!isLast)
      nodes.push({ name: `rectifier_${at}`, opType: 'Relu', input: [output], output: [`rectified_${at}`] });
  });
  const type = root.lookupType('ModelProto');
  const model = {
    irVersion: 8,
    producerName: 'gata-benchmarks',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'convolution',
      node: nodes,
      initializer: initializers,
      input: [picture('image', CHANNELS[0] ?? 0)],
      output: [picture('features', CHANNELS.at(-1) ?? 0)],
    },
  };
  return type.encode(type.fromObject(model)).finish();
}

function tensor(name: string, dims: readonly number[], values: Float32Array): object {
  return { name, dims, dataType: FLOAT, rawData: new Uint8Array(values.buffer) };
}

function picture(name: string, channels: number): object {
  const dim = [1, channels, SIZE, SIZE].map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}

/** Numbers from 0 to 1, the same for the same seed (a linear congruential generator modulo 2^32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
