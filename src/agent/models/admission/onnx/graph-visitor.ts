import { quoted } from '../findings.ts';
import { CallSite, GraphBody } from './graph-body.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { metadataVisitor } from './metadata.ts';
import { NodeVisitor } from './node-visitor.ts';
import { reportOpenNames } from './open-names.ts';
import { type StoredTensor, TensorVisitor } from './tensor-visitor.ts';
import { ValueVisitor } from './type-visitor.ts';

/** Comes after every node. */
export const AFTER_ALL_NODES = Number.MAX_SAFE_INTEGER;

/** A GraphProto: the model's, or one in an attribute. */
export class GraphVisitor extends MessageVisitor {
  readonly body: GraphBody;
  readonly #inspection: Inspection;

  private constructor(inspection: Inspection, body: GraphBody) {
    super();
    this.#inspection = inspection;
    this.body = body;
    inspection.counts.graphs += 1;
    inspection.bodies.push(body);
  }

  static main(inspection: Inspection): GraphVisitor {
    return new GraphVisitor(inspection, new GraphBody('the graph', new CallSite(), undefined));
  }

  /** A graph in an attribute of a node; undefined, with a reason, when it is nested too deep. */
  static inside(
    inspection: Inspection,
    parent: GraphBody,
    node: number,
    place: string,
  ): GraphVisitor | undefined {
    let depth = 1;
    for (let above = parent.parent; above !== undefined; above = above.body.parent) depth += 1;
    inspection.count('subgraphs', 1, place);
    if (depth > inspection.limits.nesting) {
      inspection.add(
        'nested-too-deep',
        place,
        `graphs are nested more than ${inspection.limits.nesting} deep`,
      );
      return undefined;
    }
    const body = new GraphBody(`the graph in ${place}`, parent.callSite, { body: parent, node });
    return new GraphVisitor(inspection, body);
  }

  override place(): string {
    return this.body.place;
  }

  override name(_field: string, value: string): void {
    this.#inspection.count('nameBytes', value.length + 1, this.place());
  }

  override bytes(_field: string, value: BytesField): void {
    this.#inspection.count('metadataBytes', value.length, this.place());
  }

  override child(field: string): MessageVisitor | undefined {
    switch (field) {
      case 'node':
        return new NodeVisitor(this.#inspection, this.body);
      case 'initializer':
        this.#inspection.count('initialisers', 1, this.place());
        return new TensorVisitor(this.#inspection, 'initialiser', (tensor) => this.#addInitialiser(tensor));
      case 'input':
        return new ValueVisitor(this.#inspection, 'input', (name) => this.#give(name, 'input'));
      case 'output':
        return new ValueVisitor(this.#inspection, 'output', (name) => {
          this.#inspection.count('values', 1, this.place());
          if (name === '') this.#inspection.add('bad-name', this.place(), 'an output has no name');
          else this.body.scope.use(name, AFTER_ALL_NODES);
        });
      case 'value_info':
        return new ValueVisitor(this.#inspection, 'value', () => {
          this.#inspection.count('values', 1, this.place());
        });
      case 'metadata_props':
        return metadataVisitor(this.#inspection, this.place());
      case 'sparse_initializer':
        this.#inspection.add('unsupported-feature', this.place(), 'sparse initialisers are not admitted');
        return undefined;
      default:
        this.#inspection.count('metadataEntries', 1, this.place());
        return undefined;
    }
  }

  override end(): void {
    reportOpenNames(this.#inspection, this.body);
  }

  #addInitialiser({ name, elements, values }: StoredTensor): void {
    this.#give(name, 'initialiser');
    if (elements !== undefined && elements !== 1) this.body.sizes.set(name, elements);
    if (values !== undefined) this.body.values.set(name, values);
  }

  #give(name: string, as: 'input' | 'initialiser'): void {
    this.#inspection.count('values', 1, this.place());
    if (name === '') this.#inspection.add('bad-name', this.place(), `an ${as} has no name`);
    else if (!this.body.scope.give(name, as)) {
      this.#inspection.add('duplicate-name', `${as} ${quoted(name)}`, 'its name is already that of a value');
    }
  }
}
