import { quoted } from '../findings.ts';
import type { GraphBody, SizedNode } from './graph-body.ts';
import type { Inspection } from './inspection.ts';

/** What is known of a node's inputs: the fewest elements, and the values of small constants. */
interface Inputs {
  elements(index: number): number;
  values(index: number): readonly number[] | undefined;
  readonly count: number;
  readonly shape: readonly number[] | undefined;
}

type Rule = (inputs: Inputs) => number;

const same: Rule = ({ elements }) => elements(0);
const largest: Rule = ({ elements, count }) => {
  let most = 1;
  for (let index = 0; index < count; index += 1) most = Math.max(most, elements(index));
  return most;
};
const shapeAt =
  (index: number): Rule =>
  ({ values }) =>
    product(values(index));
const shapeAttribute: Rule = ({ shape }) => product(shape);

/** The fewest elements of an operator's first output. What is not here may be small. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ConstantOfShape', shapeAt(0)],
  ['Expand', ({ elements, values }) => Math.max(elements(0), product(values(1)))],
  ['Tile', ({ elements, values }) => elements(0) * product(values(1))],
  ['Pad', ({ elements, values }) => Math.max(elements(0), padded(values(1)))],
  ['Resize', ({ elements, values }) => Math.max(elements(0) * product(values(2)), product(values(3)))],
  ['Upsample', ({ elements, values }) => elements(0) * product(values(1))],
  ['Range', ({ values }) => steps(values(0)?.[0], values(1)?.[0], values(2)?.[0])],
  ['OneHot', ({ elements, values }) => elements(0) * product(values(1))],
  ['CenterCropPad', ({ values }) => product(values(1))],
  ['AffineGrid', shapeAt(1)],
  ['MaxUnpool', shapeAt(2)],
  ['HannWindow', shapeAt(0)],
  ['HammingWindow', shapeAt(0)],
  ['BlackmanWindow', shapeAt(0)],
  ['MelWeightMatrix', ({ values }) => product(values(0)) * product(values(1))],
  ['RandomNormal', shapeAttribute],
  ['RandomUniform', shapeAttribute],
  ['ConvTranspose', shapeAttribute],
  ['Gather', ({ elements }) => elements(1)],
  [
    'Concat',
    ({ elements, count }) => {
      let sum = 0;
      for (let index = 0; index < count; index += 1) sum += elements(index);
      return sum;
    },
  ],
  ...[
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Pow',
    'Max',
    'Min',
    'Sum',
    'Mean',
    'And',
    'Or',
    'Xor',
    'Where',
    'Equal',
  ].map((operator): [string, Rule] => [operator, largest]),
  ...[
    'Identity',
    'Cast',
    'CastLike',
    'Neg',
    'Abs',
    'Relu',
    'Sigmoid',
    'Tanh',
    'Exp',
    'Log',
    'Sqrt',
    'Erf',
    'Not',
  ]
    .concat(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'Clip', 'Gelu', 'Softmax'])
    .concat([
      'EyeLike',
      'RandomNormalLike',
      'RandomUniformLike',
      'Sin',
      'Cos',
      'Floor',
      'Ceil',
      'Round',
      'Sign',
    ])
    .map((operator): [string, Rule] => [operator, same]),
]);

/** Whether the size of what an operator makes follows from its inputs. */
export function isSized(operator: string): boolean {
  return RULES.has(operator);
}

/**
 * Reports tensors that a graph makes out of constants and that are too large: a few bytes of a file that become
 * gigabytes. Sizes are lower bounds; what depends on the inputs of a run counts as one element, and is left to the
 * sandbox's limits.
 */
export function reportGrowth(inspection: Inspection, body: GraphBody): void {
  for (const node of body.sizedNodes) {
    const elements = RULES.get(node.operator)?.(inputsOf(body, node)) ?? 1;
    if (elements > inspection.limits.computedElements) {
      const limit = inspection.limits.computedElements;
      inspection.add(
        'expanding-constant',
        body.labelOf(node.node),
        `its output ${quoted(node.output)} has at least ${elements} elements; ${limit} are allowed`,
      );
      // Told once; what follows from it is not told again.
      continue;
    }
    if (elements > 1) body.sizes.set(node.output, elements);
  }
}

function inputsOf(body: GraphBody, { inputs, shape }: SizedNode): Inputs {
  return {
    elements: (index) => lookUp(body, inputs[index] ?? '', (at) => at.sizes) ?? 1,
    values: (index) => lookUp(body, inputs[index] ?? '', (at) => at.values),
    count: inputs.length,
    shape,
  };
}

/** A name of the graph itself or, where it does not make it, of one around it. */
function lookUp<Value>(
  body: GraphBody,
  name: string,
  of: (body: GraphBody) => ReadonlyMap<string, Value>,
): Value | undefined {
  for (let at: GraphBody | undefined = body; at !== undefined; at = at.parent?.body) {
    const found = of(at).get(name);
    if (found !== undefined || at.scope.isMade(name)) return found;
  }
  return undefined;
}

/** Of a shape or of factors; 1 where they are not known. */
function product(values: readonly number[] | undefined): number {
  return (values ?? []).reduce((result, value) => result * Math.abs(value), 1);
}

/** The fewest elements of something padded: every dimension has at least one before. */
function padded(pads: readonly number[] | undefined): number {
  if (pads === undefined) return 1;
  const rank = Math.floor(pads.length / 2);
  let elements = 1;
  for (let axis = 0; axis < rank; axis += 1) {
    elements *= Math.max(1, 1 + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0));
  }
  return elements;
}

function steps(start: number | undefined, limit: number | undefined, delta: number | undefined): number {
  if (start === undefined || limit === undefined || delta === undefined || delta === 0) return 1;
  return Math.max(0, Math.ceil((limit - start) / delta));
}
