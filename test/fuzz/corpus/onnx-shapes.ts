import type { AdmissionCode } from '../../../src/agent/models/admission/admission-report.ts';
import {
  around,
  attribute,
  type Bytes,
  delimited,
  externalEntry,
  FLOAT,
  graph,
  INT64,
  initialiser,
  integer,
  model,
  node,
  operatorSet,
  STRING,
  shape,
  tensor,
  text,
  value,
  varint,
} from './onnx-writer.ts';

/** A hostile or broken model and the reason for which it is refused. */
export interface HostileModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: AdmissionCode;
  /** What the reason says, and where. */
  readonly says: RegExp;
}

/** Where the fuzzers and tests say that weights lie, beside onnx/model.onnx. */
export const NEIGHBOURS = {
  path: 'onnx/model.onnx',
  bytesByPath: new Map([
    ['onnx/model.onnx', 4096],
    ['onnx/model.onnx_data', 1000],
    ['config.json', 2],
  ]),
};

const hostile = (name: string, code: AdmissionCode, says: RegExp, bytes: Uint8Array): HostileModel => ({
  name,
  code,
  says,
  bytes,
});

const EXTERNAL = integer(14, 1);
const external = (location: string, ...more: readonly Bytes[]) =>
  around(initialiser('w', [4], FLOAT, externalEntry('location', location), ...more, EXTERNAL));
const outside = (name: string, location: string, says: RegExp) =>
  hostile(`external data: ${name}`, 'external-data', says, external(location));

const externalData: readonly HostileModel[] = [
  outside('a folder up', '../secret', /leaves the bundle/),
  outside('up and down again', 'a/../../secret', /leaves the bundle/),
  outside('an absolute path', '/etc/passwd', /absolute/),
  outside('a backslash', '..\\secret', /backslash/),
  outside('a share', '\\\\server\\share', /absolute/),
  outside('a drive', 'C:/Windows/win.ini', /drive/),
  outside('an address', 'https://example.com/w', /address/),
  outside('a device', 'nul', /device/),
  outside('a device of Linux', 'dev/../../dev/zero', /leaves/),
  outside('nothing', '', /no place/),
  outside('an address in memory', '*/_ORT_MEM_ADDR_/*', /no plain relative path/),
  outside('a hidden character', 'model.onnx_data\u0000', /no plain relative path/),
  outside('another case', 'MODEL.onnx_data', /no file of the bundle/),
  outside('another file', 'other.data', /no file of the bundle/),
  outside('another folder', '../config.json', /leaves/),
  outside('the graph itself', 'model.onnx', /no file of the bundle/),
  hostile(
    'external data: past the end of the file',
    'external-data',
    /ends at byte 1006/,
    external('model.onnx_data', externalEntry('offset', '990'), externalEntry('length', '16')),
  ),
  hostile(
    'external data: a negative offset',
    'external-data',
    /no valid offset/,
    external('model.onnx_data', externalEntry('offset', '-8')),
  ),
  hostile(
    'external data: a length that is not the shape’s',
    'external-data',
    /8 bytes where its shape needs 16/,
    external('model.onnx_data', externalEntry('length', '8')),
  ),
  hostile(
    'external data: two locations',
    'external-data',
    /two entries/,
    external('model.onnx_data', externalEntry('location', '../secret')),
  ),
  hostile(
    'external data: an unknown entry',
    'external-data',
    /unknown entry/,
    external('model.onnx_data', externalEntry('basepath', '/')),
  ),
  hostile(
    'external data: hidden behind data in the graph',
    'external-data',
    /names external data but says that it has none/,
    around(initialiser('w', [1], FLOAT, delimited(9, [0, 0, 0, 0]), externalEntry('location', '../secret'))),
  ),
  hostile(
    'external data: in an attribute',
    'external-data',
    /leaves the bundle/,
    around(
      node({
        operator: 'Constant',
        outputs: ['c'],
        attributes: [
          attribute(
            'value',
            4,
            delimited(5, tensor('', [1], FLOAT, externalEntry('location', '../x'), EXTERNAL)),
          ),
        ],
      }),
    ),
  ),
];

/** A graph in an If, in an If, … with a node in the innermost. */
function nested(depth: number): Uint8Array {
  let inner = graph(node({ operator: 'Identity', inputs: ['x'], outputs: ['z'] }), value(12, 'z'));
  for (let level = 0; level < depth; level += 1) {
    const branch = (name: string) => attribute(name, 5, delimited(6, inner));
    inner = graph(
      node({ operator: 'If', inputs: ['x'], outputs: ['z'], attributes: [branch('then_branch')] }),
      value(12, 'z'),
    );
  }
  return inner;
}

const operators: readonly HostileModel[] = [
  hostile(
    'a compiled context',
    'compiled-context',
    /compiled for a device/,
    around(
      node({
        operator: 'EPContext',
        domain: 'com.microsoft',
        inputs: ['x'],
        outputs: ['z'],
        attributes: [attribute('ep_cache_context', 3, text(4, 'context.bin'))],
      }),
    ),
  ),
  hostile(
    'a compiled context in a subgraph',
    'compiled-context',
    /compiled for a device/,
    around(
      node({
        operator: 'If',
        inputs: ['x'],
        outputs: ['z'],
        attributes: [
          attribute(
            'then_branch',
            5,
            delimited(
              6,
              graph(node({ operator: 'EPContext', domain: 'com.microsoft', outputs: ['q'] }), value(12, 'q')),
            ),
          ),
        ],
      }),
    ),
  ),
  hostile(
    'an operator of a foreign domain',
    'custom-domain',
    /neither a known operator/,
    around(node({ operator: 'Spawn', domain: 'evil.example', inputs: ['x'], outputs: ['z'] })),
  ),
  hostile(
    'a foreign operator set',
    'custom-domain',
    /wants operators of the domain "evil.example"/,
    model(
      graph(node({ operator: 'Relu', inputs: ['x'], outputs: ['y'] }), value(11, 'x'), value(12, 'y')),
      operatorSet('evil.example', 1),
    ),
  ),
  hostile(
    'an operator that calls Python',
    'unknown-operator',
    /PythonOp of com.microsoft/,
    around(node({ operator: 'PythonOp', domain: 'com.microsoft', inputs: ['x'], outputs: ['z'] })),
  ),
  hostile(
    'an operator for training',
    'custom-domain',
    /training/,
    around(node({ operator: 'Adam', domain: 'ai.onnx.preview.training', inputs: ['x'], outputs: ['z'] })),
  ),
  hostile(
    'a newer operator set',
    'unknown-opset',
    /version 99/,
    model(graph(value(11, 'x'), value(12, 'x')), operatorSet('com.microsoft', 99)),
  ),
  hostile(
    'a configuration of the runtime',
    'unsupported-feature',
    /would configure ONNX Runtime/,
    model(graph(value(11, 'x'), value(12, 'x')), delimited(14, text(1, 'ort_config'), text(2, '{}'))),
  ),
  hostile(
    'a newer format',
    'ir-version',
    /version is 99/,
    Uint8Array.from([
      ...integer(1, 99),
      ...operatorSet('', 17),
      ...delimited(7, graph(value(11, 'x'), value(12, 'x'))),
    ]),
  ),
];

const calls = (times: number, callee: string) =>
  Array.from({ length: times }, (_, index) =>
    node({ operator: callee, domain: 'f', inputs: ['a'], outputs: [`${callee}${index}`] }, 7),
  );
const functionOf = (name: string, ...nodes: readonly Bytes[]) =>
  delimited(
    25,
    text(1, name),
    text(4, 'a'),
    ...nodes,
    text(10, 'f'),
    delimited(9, text(1, 'f'), integer(2, 1)),
  );
const calling = (name: string, ...functions: readonly Bytes[]) =>
  model(
    graph(
      node({ operator: name, domain: 'f', inputs: ['x'], outputs: ['y'] }),
      value(11, 'x'),
      value(12, 'y'),
    ),
    operatorSet('f', 1),
    ...functions,
  );

const graphs: readonly HostileModel[] = [
  hostile(
    'a node that uses its own output',
    'cyclic-graph',
    /which it makes itself/,
    around(node({ operator: 'Add', inputs: ['x', 'loop'], outputs: ['loop'], name: 'ouroboros' })),
  ),
  hostile(
    'two nodes in a circle',
    'cyclic-graph',
    /a later node makes/,
    around(
      node({ operator: 'Relu', inputs: ['b'], outputs: ['a'] }),
      node({ operator: 'Relu', inputs: ['a'], outputs: ['b'] }),
    ),
  ),
  hostile(
    'a circle through a subgraph',
    'cyclic-graph',
    /a later node makes/,
    around(
      node({
        operator: 'If',
        inputs: ['x'],
        outputs: ['a'],
        attributes: [
          attribute(
            'then_branch',
            5,
            delimited(6, graph(node({ operator: 'Relu', inputs: ['b'], outputs: ['q'] }), value(12, 'q'))),
          ),
        ],
      }),
      node({ operator: 'Relu', inputs: ['a'], outputs: ['b'] }),
    ),
  ),
  hostile(
    'a value that nothing makes',
    'undefined-value',
    /"ghost", which nothing makes/,
    around(node({ operator: 'Relu', inputs: ['ghost'], outputs: ['z'] })),
  ),
  hostile(
    'one name for two values',
    'duplicate-name',
    /already the name of a value/,
    around(
      node({ operator: 'Relu', inputs: ['x'], outputs: ['z'] }),
      node({ operator: 'Tanh', inputs: ['x'], outputs: ['z'] }),
    ),
  ),
  hostile(
    'two initialisers of one name',
    'duplicate-name',
    /already that of a value/,
    around(
      initialiser('w', [1], FLOAT, delimited(9, [0, 0, 0, 0])),
      initialiser('w', [1], FLOAT, delimited(9, [0, 0, 0, 0])),
    ),
  ),
  hostile('graphs nested too deep', 'nested-too-deep', /nested/, model(graph(value(11, 'x'), nested(40)))),
  hostile(
    'graphs nested far too deep',
    'nested-too-deep',
    /nested/,
    model(graph(value(11, 'x'), nested(200))),
  ),
  hostile(
    'a function that calls itself',
    'bad-function',
    /call themselves: "again"/,
    calling('again', functionOf('again', ...calls(1, 'again'))),
  ),
  hostile(
    'functions that call each other',
    'bad-function',
    /call themselves/,
    calling('ping', functionOf('ping', ...calls(1, 'pong')), functionOf('pong', ...calls(1, 'ping'))),
  ),
  hostile(
    'functions that become a billion nodes',
    'bad-function',
    /written out/,
    calling(
      'f8',
      functionOf('f0', node({ operator: 'Relu', inputs: ['a'], outputs: ['r'] }, 7)),
      ...Array.from({ length: 8 }, (_, index) => functionOf(`f${index + 1}`, ...calls(12, `f${index}`))),
    ),
  ),
  hostile(
    'a function in place of an operator',
    'bad-function',
    /would replace an operator/,
    model(graph(value(11, 'x'), value(12, 'x')), delimited(25, text(1, 'Relu'), text(10, ''))),
  ),
  hostile(
    'a control character in a name',
    'bad-name',
    /control or invisible/,
    around(node({ operator: 'Relu', inputs: ['x'], outputs: ['z\u001b[2J'] })),
  ),
  hostile(
    'a name without an end',
    'bad-name',
    /100000 bytes/,
    around(node({ operator: 'Relu', inputs: ['x'], outputs: ['z'.repeat(100_000)] })),
  ),
  hostile(
    'two attributes of one name',
    'duplicate-name',
    /two attributes/,
    around(
      node({
        operator: 'Flatten',
        inputs: ['x'],
        outputs: ['z'],
        attributes: [attribute('axis', 2, integer(3, 1)), attribute('axis', 2, integer(3, 0))],
      }),
    ),
  ),
  hostile(
    'an attribute of two types',
    'bad-attribute',
    /holds both/,
    around(
      node({
        operator: 'Flatten',
        inputs: ['x'],
        outputs: ['z'],
        attributes: [attribute('axis', 2, integer(3, 1), text(4, 'one'))],
      }),
    ),
  ),
];

const growing = (name: string, says: RegExp, ...parts: readonly Bytes[]) =>
  hostile(`few bytes that become many: ${name}`, 'expanding-constant', says, around(...parts));
const HUGE = [65_536, 65_536, 16];

const tensors: readonly HostileModel[] = [
  hostile(
    'a dimension beyond 2^31',
    'bad-shape',
    /size 2147483649/,
    around(initialiser('w', [2 ** 31 + 1], FLOAT)),
  ),
  hostile('a negative dimension', 'bad-shape', /size -4/, around(initialiser('w', [-4n], FLOAT))),
  hostile(
    'a shape that overflows',
    'bad-shape',
    /elements; 8589934592 are allowed/,
    around(initialiser('w', [2 ** 31, 2 ** 31, 2 ** 31], FLOAT)),
  ),
  hostile(
    'a shape without data',
    'bad-tensor',
    /0 entries where its shape needs 1000000/,
    around(initialiser('w', [1_000_000], FLOAT)),
  ),
  hostile(
    'less data than its shape',
    'bad-tensor',
    /4 bytes where its shape needs 16/,
    around(initialiser('w', [4], FLOAT, delimited(9, [0, 0, 0, 0]))),
  ),
  hostile(
    'more data than its shape',
    'bad-tensor',
    /8 bytes where its shape needs 4/,
    around(initialiser('w', [1], FLOAT, delimited(9, [0, 0, 0, 0, 0, 0, 0, 0]))),
  ),
  hostile(
    'data given twice',
    'bad-tensor',
    /there twice/,
    around(initialiser('w', [1], FLOAT, delimited(9, [0, 0, 0, 0]), delimited(4, [0, 0, 0, 0]))),
  ),
  hostile(
    'an element type that is none',
    'element-type',
    /no element type 99/,
    around(initialiser('w', [1], 99)),
  ),
  hostile(
    'complex numbers',
    'element-type',
    /no element type 14/,
    around(initialiser('w', [1], 14, delimited(4, [0, 0, 0, 0, 0, 0, 0, 0]))),
  ),
  hostile(
    'too many dimensions',
    'bad-shape',
    /dimensions/,
    around(
      initialiser(
        'w',
        Array.from({ length: 5000 }, () => 1),
        FLOAT,
      ),
    ),
  ),
  hostile(
    'strings that fill the memory',
    'too-large',
    /bytes in string tensors/,
    around(initialiser('w', [1], STRING, delimited(6, new Uint8Array(5_000_000)))),
  ),
  hostile(
    'strings as raw data',
    'bad-tensor',
    /may not be raw/,
    around(initialiser('w', [1], STRING, delimited(9, [0]))),
  ),
  hostile(
    'a tensor in segments',
    'unsupported-feature',
    /segments/,
    around(initialiser('w', [1], FLOAT, delimited(3, integer(1, 0)))),
  ),
  hostile(
    'a sparse initialiser',
    'unsupported-feature',
    /sparse/,
    around(
      delimited(15, delimited(1, tensor('s', [1], FLOAT, delimited(9, [0, 0, 0, 0]))), integer(3, 2 ** 30)),
    ),
  ),
  hostile(
    'an input as large as a city',
    'bad-shape',
    /elements/,
    model(graph(value(11, 'x', [2 ** 31, 2 ** 31]), value(12, 'x'))),
  ),
  growing(
    'ConstantOfShape',
    /at least 68719476736 elements/,
    shape('s', HUGE),
    node({ operator: 'ConstantOfShape', inputs: ['s'], outputs: ['z'] }),
  ),
  growing(
    'Expand',
    /at least/,
    shape('s', HUGE),
    node({ operator: 'Expand', inputs: ['x', 's'], outputs: ['z'] }),
  ),
  growing(
    'Tile after Tile',
    /at least/,
    shape('s', [1000]),
    ...Array.from({ length: 4 }, (_, index) =>
      node({ operator: 'Tile', inputs: [index === 0 ? 'x' : `t${index - 1}`, 's'], outputs: [`t${index}`] }),
    ),
  ),
  growing(
    'Pad',
    /at least/,
    shape('s', [0, 2 ** 30, 0, 2 ** 30]),
    node({ operator: 'Pad', inputs: ['x', 's'], outputs: ['z'] }),
  ),
  growing(
    'Range',
    /at least/,
    ...[0, 2 ** 40, 1].map((number, index) =>
      initialiser(`r${index}`, [], INT64, delimited(7, varint(number))),
    ),
    node({ operator: 'Range', inputs: ['r0', 'r1', 'r2'], outputs: ['z'] }),
  ),
  growing(
    'doubling by Concat',
    /at least/,
    ...Array.from({ length: 40 }, (_, index) => {
      const before = index === 0 ? 'x' : `c${index - 1}`;
      return node({ operator: 'Concat', inputs: [before, before], outputs: [`c${index}`] });
    }),
  ),
  growing(
    'a shape from outside of a subgraph',
    /at least/,
    shape('s', HUGE),
    node({
      operator: 'If',
      inputs: ['x'],
      outputs: ['z'],
      attributes: [
        attribute(
          'then_branch',
          5,
          delimited(
            6,
            graph(node({ operator: 'ConstantOfShape', inputs: ['s'], outputs: ['q'] }), value(12, 'q')),
          ),
        ),
      ],
    }),
  ),
  growing(
    'a shape in a Constant',
    /at least/,
    node({
      operator: 'Constant',
      outputs: ['s'],
      attributes: [attribute('value_ints', 7, integer(8, 2 ** 20), integer(8, 2 ** 20))],
    }),
    node({ operator: 'ConstantOfShape', inputs: ['s'], outputs: ['z'] }),
  ),
];

const small = around();
const RELU = delimited(1, text(4, 'Relu'));
const wire: readonly HostileModel[] = [
  hostile('an empty file', 'malformed-file', /no graph/, new Uint8Array()),
  hostile('bytes after the end', 'malformed-file', /no ONNX file/, Uint8Array.from([...small, 0xff])),
  hostile('a file cut off', 'malformed-file', /runs past/, small.subarray(0, small.length - 3)),
  hostile(
    'two graphs',
    'duplicate-field',
    /graph is there twice/,
    Uint8Array.from([...small, ...delimited(7, graph())]),
  ),
  hostile(
    'a field that is none',
    'unknown-field',
    /no field 99/,
    Uint8Array.from([...small, ...integer(99, 1)]),
  ),
  hostile('a group', 'malformed-file', /wire type 3/, Uint8Array.from([...small, 99 * 8 + 3 - 512, 0x06])),
  hostile(
    'a number without an end',
    'malformed-file',
    /64 bits/,
    Uint8Array.from([0x08, ...new Uint8Array(11).fill(0xff)]),
  ),
  hostile(
    'a length beyond the file',
    'malformed-file',
    /runs past/,
    Uint8Array.from([0x3a, ...varint(2 ** 40)]),
  ),
  hostile('a negative length', 'malformed-file', /negative/, Uint8Array.from([0x3a, ...varint(-1n)])),
  hostile(
    'a number written as text',
    'unknown-field',
    /not written as ONNX/,
    Uint8Array.from([...small.subarray(2), ...delimited(1, [8])]),
  ),
  hostile('a zip archive', 'malformed-file', /./, Uint8Array.from(Buffer.from('PK\u0003\u0004 archive'))),
  hostile(
    'more nodes than a model has',
    'too-many',
    /more than 60000 nodes/,
    around(Buffer.concat(Array.from({ length: 60_001 }, () => RELU))),
  ),
];

/** Known hostile and broken shapes of ONNX files, each with the reason for which it must be refused. */
export const HOSTILE_MODELS: readonly HostileModel[] = [
  ...externalData,
  ...operators,
  ...graphs,
  ...tensors,
  ...wire,
];
