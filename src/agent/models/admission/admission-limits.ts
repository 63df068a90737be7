import type { TaskKind } from '../../../shared/task.ts';

const KIBI = 1024;
const MEBI = KIBI * KIBI;
const GIBI = KIBI * MEBI;

/** How large a model of a kind may be. Counts are over all graphs and functions of a file. */
export interface OnnxLimits {
  /** Of the graph's file: protobuf, and with it ONNX Runtime, ends at 2 GiB - 1. Weights beside it do not count. */
  readonly fileBytes: number;
  readonly nodes: number;
  readonly initialisers: number;
  /** Distinct names of values, and the bytes of names at every place where they are written. */
  readonly values: number;
  readonly nameBytes: number;
  readonly attributes: number;
  /** Numbers, texts and tensors in attributes. */
  readonly attributeBytes: number;
  readonly subgraphs: number;
  /** Graphs within graphs (If, Loop, Scan). */
  readonly nesting: number;
  readonly functions: number;
  /** Nodes when every function is written out where it is called. */
  readonly inlinedNodes: number;
  readonly metadataEntries: number;
  readonly metadataBytes: number;
  readonly rank: number;
  /** Elements of one stored tensor. */
  readonly tensorElements: number;
  /** Elements of a tensor that the graph makes of constants alone. */
  readonly computedElements: number;
  /** Bytes of all string tensors together. */
  readonly stringBytes: number;
}

const MEDIUM: OnnxLimits = {
  fileBytes: 2 * GIBI - 1,
  nodes: 60_000,
  initialisers: 60_000,
  values: 300_000,
  nameBytes: 48 * MEBI,
  attributes: 400_000,
  attributeBytes: 512 * MEBI,
  subgraphs: 512,
  nesting: 8,
  functions: 512,
  inlinedNodes: 120_000,
  metadataEntries: 20_000,
  metadataBytes: 8 * MEBI,
  rank: 12,
  tensorElements: 2 ** 33,
  computedElements: 2 ** 28,
  stringBytes: 4 * MEBI,
};

/** By kind of job: a picture classifier has no business with the graph of a large language model. */
const ONNX_LIMITS: Readonly<Record<TaskKind, OnnxLimits>> = {
  'image.classify': { ...MEDIUM, nodes: 20_000, initialisers: 20_000, inlinedNodes: 40_000 },
  embedding: MEDIUM,
  'text.generate': {
    ...MEDIUM,
    nodes: 120_000,
    initialisers: 200_000,
    values: 600_000,
    nameBytes: 96 * MEBI,
    inlinedNodes: 240_000,
    metadataEntries: 200_000,
    metadataBytes: 32 * MEBI,
  },
  'onnx.run': { ...MEDIUM, initialisers: 200_000, values: 400_000, nesting: 32 },
};

/** A model that does several kinds of job may be as large as the largest of them. */
export function onnxLimitsOf(kinds: readonly TaskKind[]): OnnxLimits {
  const all = kinds.map((kind) => ONNX_LIMITS[kind]);
  const most = (of: (limits: OnnxLimits) => number) => Math.max(0, ...all.map(of));
  return {
    fileBytes: most((limits) => limits.fileBytes),
    nodes: most((limits) => limits.nodes),
    initialisers: most((limits) => limits.initialisers),
    values: most((limits) => limits.values),
    nameBytes: most((limits) => limits.nameBytes),
    attributes: most((limits) => limits.attributes),
    attributeBytes: most((limits) => limits.attributeBytes),
    subgraphs: most((limits) => limits.subgraphs),
    nesting: most((limits) => limits.nesting),
    functions: most((limits) => limits.functions),
    inlinedNodes: most((limits) => limits.inlinedNodes),
    metadataEntries: most((limits) => limits.metadataEntries),
    metadataBytes: most((limits) => limits.metadataBytes),
    rank: most((limits) => limits.rank),
    tensorElements: most((limits) => limits.tensorElements),
    computedElements: most((limits) => limits.computedElements),
    stringBytes: most((limits) => limits.stringBytes),
  };
}
