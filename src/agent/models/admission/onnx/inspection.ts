import type { OnnxLimits } from '../admission-limits.ts';
import type { AdmissionCode } from '../admission-report.ts';
import { type Findings, InspectionStopped } from '../findings.ts';
import type { GraphBody } from './graph-body.ts';
import type { MessageVisitor } from './message-visitor.ts';

/** What is counted over all graphs of a file. */
export interface Counts {
  graphs: number;
  nodes: number;
  initialisers: number;
  values: number;
  nameBytes: number;
  attributes: number;
  attributeBytes: number;
  subgraphs: number;
  functions: number;
  metadataEntries: number;
  metadataBytes: number;
  stringBytes: number;
}

/** Files beside the graph that it may take weights from: their sizes in bytes by path in the bundle. */
export interface Neighbours {
  /** The graph's own path in the bundle. */
  readonly path: string;
  readonly bytesByPath: ReadonlyMap<string, number>;
}

/** What the visitors of one file share. */
export class Inspection {
  readonly findings: Findings;
  readonly limits: OnnxLimits;
  readonly neighbours: Neighbours;
  /** Graphs and functions, in the order found: a graph comes before those in it. */
  readonly bodies: GraphBody[] = [];
  readonly counts: Counts = {
    graphs: 0,
    nodes: 0,
    initialisers: 0,
    values: 0,
    nameBytes: 0,
    attributes: 0,
    attributeBytes: 0,
    subgraphs: 0,
    functions: 0,
    metadataEntries: 0,
    metadataBytes: 0,
    stringBytes: 0,
  };

  /** The visitor of a graph in an attribute of a node; undefined, with a reason, where it is refused unseen. */
  readonly openSubgraph: (parent: GraphBody, node: number, place: string) => MessageVisitor | undefined;

  constructor(
    findings: Findings,
    limits: OnnxLimits,
    neighbours: Neighbours,
    openSubgraph: (
      inspection: Inspection,
      parent: GraphBody,
      node: number,
      place: string,
    ) => MessageVisitor | undefined,
  ) {
    this.findings = findings;
    this.limits = limits;
    this.neighbours = neighbours;
    this.openSubgraph = (parent, node, place) => openSubgraph(this, parent, node, place);
  }

  add(code: AdmissionCode, place: string, message: string): void {
    this.findings.add(code, place, message);
  }

  /**
   * Counts something of which there may be a limited number.
   * @throws InspectionStopped beyond it: what a file of that size costs to inspect is bounded by this.
   */
  count(what: keyof typeof COUNTED, by: number, place: string): void {
    this.counts[what] += by;
    const limit = this.limits[what];
    if (this.counts[what] <= limit) return;
    const code = what.endsWith('Bytes') ? 'too-large' : 'too-many';
    this.findings.add(code, place, `there are more than ${limit} ${COUNTED[what]}`);
    throw new InspectionStopped('The file is larger than its kind allows.');
  }
}

const COUNTED = {
  nodes: 'nodes',
  initialisers: 'initialisers',
  values: 'names of values',
  nameBytes: 'bytes of names',
  attributes: 'attributes',
  attributeBytes: 'bytes in attributes',
  subgraphs: 'subgraphs',
  functions: 'functions',
  metadataEntries: 'metadata entries',
  metadataBytes: 'bytes of metadata',
  stringBytes: 'bytes in string tensors',
} as const;
