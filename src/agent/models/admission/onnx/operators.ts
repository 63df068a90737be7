/**
 * Operator sets by domain and their newest version in ONNX Runtime 1.30 (measured: it refuses newer ones, and
 * IR versions above 13).
 */
export const NEWEST_OPERATOR_SET: ReadonlyMap<string, number> = new Map([
  ['', 26],
  ['ai.onnx', 26],
  ['ai.onnx.ml', 5],
  ['com.microsoft', 1],
]);

export const OLDEST_IR_VERSION = 3;
export const NEWEST_IR_VERSION = 13;

const TRAINING_DOMAINS: ReadonlySet<string> = new Set(['ai.onnx.training', 'ai.onnx.preview.training']);

export function isTrainingDomain(domain: string): boolean {
  return TRAINING_DOMAINS.has(domain);
}

/** An operator that runs what was compiled for one device: native code, in effect (ONNX Runtime's EPContext). */
export const COMPILED_CONTEXT = 'EPContext';
/** Attributes by which compiled contexts name files and data. */
export const COMPILED_CONTEXT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'ep_cache_context',
  'ep_sdk_version',
  'onnx_model_filename',
]);
/** Metadata that ONNX Runtime may take session options from. */
export const CONFIGURING_METADATA: ReadonlySet<string> = new Set(['ort_config']);

/**
 * Operators of com.microsoft that exporters of our kinds of models write: attention, normalisation, quantisation
 * and the fusions of ONNX Runtime's optimiser. Every other one is refused, those that call Python or load
 * libraries above all.
 */
export const CONTRIB_OPERATORS: ReadonlySet<string> = new Set([
  'Attention',
  'BiasAdd',
  'BiasDropout',
  'BiasGelu',
  'BiasSoftmax',
  'BiasSplitGelu',
  'CDist',
  'CausalConvWithState',
  'DecoderMaskedMultiHeadAttention',
  'DequantizeLinear',
  'DequantizeWithOrder',
  'DynamicQuantizeLSTM',
  'DynamicQuantizeMatMul',
  'EmbedLayerNormalization',
  'FastGelu',
  'FusedConv',
  'FusedGemm',
  'FusedMatMul',
  'FusedMatMulActivation',
  'GatedRelativePositionBias',
  'GatherBlockQuantized',
  'GatherND',
  'Gelu',
  'GemmFloat8',
  'GridSample',
  'GroupNorm',
  'GroupQueryAttention',
  'Inverse',
  'LinearAttention',
  'MatMulBnb4',
  'MatMulFpQ4',
  'MatMulInteger16',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'MoE',
  'MulInteger',
  'MultiHeadAttention',
  'NhwcConv',
  'NhwcFusedConv',
  'NhwcMaxPool',
  'PackedAttention',
  'PackedMultiHeadAttention',
  'Pad',
  'QAttention',
  'QEmbedLayerNormalization',
  'QGemm',
  'QLinearAdd',
  'QLinearAveragePool',
  'QLinearConcat',
  'QLinearConv',
  'QLinearGlobalAveragePool',
  'QLinearLeakyRelu',
  'QLinearMul',
  'QLinearReduceMean',
  'QLinearSigmoid',
  'QLinearSoftmax',
  'QLinearWhere',
  'QMoE',
  'QOrderedAttention',
  'QOrderedGelu',
  'QOrderedLayerNormalization',
  'QOrderedMatMul',
  'QuantizeLinear',
  'QuantizeWithOrder',
  'QuickGelu',
  'RelativePositionBias',
  'RemovePadding',
  'RestorePadding',
  'RotaryEmbedding',
  'SkipGroupNorm',
  'SkipLayerNormalization',
  'SkipSimplifiedLayerNormalization',
  'SparseAttention',
  'TransposeMatMul',
  'Trilu',
]);
