/** How a field is written, and what the inspection needs of it. */
type FieldKind =
  /** A varint, signed. */
  | 'integer'
  /** Four bytes. */
  | 'float'
  /** A name or an enumeration in text: read whole, and checked. */
  | 'name'
  /** Bytes or a description: only their length matters, and sometimes their start. */
  | 'bytes'
  | 'message'
  /** Elements of a tensor: counted. */
  | 'varint-elements'
  | 'float-elements'
  | 'double-elements';

export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isRepeated: boolean;
  readonly message: MessageName | undefined;
}

export type MessageName =
  | 'ModelProto'
  | 'OperatorSetIdProto'
  | 'StringStringEntryProto'
  | 'GraphProto'
  | 'NodeProto'
  | 'AttributeProto'
  | 'TensorProto'
  | 'TensorAnnotation'
  | 'ValueInfoProto'
  | 'TypeProto'
  | 'TypeProto.Tensor'
  | 'TypeProto.Sequence'
  | 'TypeProto.Map'
  | 'TypeProto.Optional'
  | 'TensorShapeProto'
  | 'TensorShapeProto.Dimension'
  | 'FunctionProto'
  | 'Refused';

const single = (name: string, kind: FieldKind): FieldSpec => ({
  name,
  kind,
  isRepeated: false,
  message: undefined,
});
const many = (name: string, kind: FieldKind): FieldSpec => ({
  name,
  kind,
  isRepeated: true,
  message: undefined,
});
const one = (name: string, message: MessageName): FieldSpec => ({
  name,
  kind: 'message',
  isRepeated: false,
  message,
});
const list = (name: string, message: MessageName): FieldSpec => ({
  name,
  kind: 'message',
  isRepeated: true,
  message,
});

type Fields = Readonly<Record<number, FieldSpec>>;

/**
 * ONNX's messages by field number (github.com/onnx/onnx, onnx/onnx.proto, IR version 13). Parts that are refused
 * whatever they hold are `Refused`: they are passed over.
 */
export const MESSAGES: Readonly<Record<MessageName, Fields>> = {
  ModelProto: {
    1: single('ir_version', 'integer'),
    2: single('producer_name', 'bytes'),
    3: single('producer_version', 'bytes'),
    4: single('domain', 'bytes'),
    5: single('model_version', 'integer'),
    6: single('doc_string', 'bytes'),
    7: one('graph', 'GraphProto'),
    8: list('opset_import', 'OperatorSetIdProto'),
    14: list('metadata_props', 'StringStringEntryProto'),
    20: list('training_info', 'Refused'),
    25: list('functions', 'FunctionProto'),
    26: list('configuration', 'Refused'),
  },
  OperatorSetIdProto: { 1: single('domain', 'name'), 2: single('version', 'integer') },
  StringStringEntryProto: { 1: single('key', 'bytes'), 2: single('value', 'bytes') },
  GraphProto: {
    1: list('node', 'NodeProto'),
    2: single('name', 'name'),
    5: list('initializer', 'TensorProto'),
    10: single('doc_string', 'bytes'),
    11: list('input', 'ValueInfoProto'),
    12: list('output', 'ValueInfoProto'),
    13: list('value_info', 'ValueInfoProto'),
    14: list('quantization_annotation', 'TensorAnnotation'),
    15: list('sparse_initializer', 'Refused'),
    16: list('metadata_props', 'StringStringEntryProto'),
  },
  NodeProto: {
    1: many('input', 'name'),
    2: many('output', 'name'),
    3: single('name', 'name'),
    4: single('op_type', 'name'),
    5: list('attribute', 'AttributeProto'),
    6: single('doc_string', 'bytes'),
    7: single('domain', 'name'),
    8: single('overload', 'name'),
    9: list('metadata_props', 'StringStringEntryProto'),
    10: list('device_configurations', 'Refused'),
  },
  AttributeProto: {
    1: single('name', 'name'),
    2: single('f', 'float'),
    3: single('i', 'integer'),
    4: single('s', 'bytes'),
    5: one('t', 'TensorProto'),
    6: one('g', 'GraphProto'),
    7: many('floats', 'float'),
    8: many('ints', 'integer'),
    9: many('strings', 'bytes'),
    10: list('tensors', 'TensorProto'),
    11: list('graphs', 'GraphProto'),
    13: single('doc_string', 'bytes'),
    14: one('tp', 'TypeProto'),
    15: list('type_protos', 'TypeProto'),
    20: single('type', 'integer'),
    21: single('ref_attr_name', 'name'),
    22: one('sparse_tensor', 'Refused'),
    23: list('sparse_tensors', 'Refused'),
  },
  TensorProto: {
    1: many('dims', 'integer'),
    2: single('data_type', 'integer'),
    3: one('segment', 'Refused'),
    4: many('floats', 'float-elements'),
    5: many('ints32', 'varint-elements'),
    6: many('strings', 'bytes'),
    7: many('ints64', 'varint-elements'),
    8: single('name', 'name'),
    9: single('raw_data', 'bytes'),
    10: many('doubles', 'double-elements'),
    11: many('uints64', 'varint-elements'),
    12: single('doc_string', 'bytes'),
    13: list('external_data', 'StringStringEntryProto'),
    14: single('data_location', 'integer'),
    16: list('metadata_props', 'StringStringEntryProto'),
  },
  TensorAnnotation: {
    1: single('tensor_name', 'name'),
    2: list('quant_parameter_tensor_names', 'StringStringEntryProto'),
  },
  ValueInfoProto: {
    1: single('name', 'name'),
    2: one('type', 'TypeProto'),
    3: single('doc_string', 'bytes'),
    4: list('metadata_props', 'StringStringEntryProto'),
  },
  TypeProto: {
    1: one('tensor_type', 'TypeProto.Tensor'),
    4: one('sequence_type', 'TypeProto.Sequence'),
    5: one('map_type', 'TypeProto.Map'),
    6: single('denotation', 'bytes'),
    7: one('opaque_type', 'Refused'),
    8: one('sparse_tensor_type', 'Refused'),
    9: one('optional_type', 'TypeProto.Optional'),
  },
  'TypeProto.Tensor': { 1: single('elem_type', 'integer'), 2: one('shape', 'TensorShapeProto') },
  'TypeProto.Sequence': { 1: one('elem_type', 'TypeProto') },
  'TypeProto.Map': { 1: single('key_type', 'integer'), 2: one('value_type', 'TypeProto') },
  'TypeProto.Optional': { 1: one('elem_type', 'TypeProto') },
  TensorShapeProto: { 1: list('dim', 'TensorShapeProto.Dimension') },
  'TensorShapeProto.Dimension': {
    1: single('dim_value', 'integer'),
    2: single('dim_param', 'name'),
    3: single('denotation', 'bytes'),
  },
  FunctionProto: {
    1: single('name', 'name'),
    4: many('input', 'name'),
    5: many('output', 'name'),
    6: many('attribute', 'name'),
    7: list('node', 'NodeProto'),
    8: single('doc_string', 'bytes'),
    9: list('opset_import', 'OperatorSetIdProto'),
    10: single('domain', 'name'),
    11: list('attribute_proto', 'AttributeProto'),
    12: list('value_info', 'ValueInfoProto'),
    13: single('overload', 'name'),
    14: list('metadata_props', 'StringStringEntryProto'),
  },
  Refused: {},
};
