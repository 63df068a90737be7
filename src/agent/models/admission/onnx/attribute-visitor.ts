import { quoted } from '../findings.ts';
import type { GraphBody } from './graph-body.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { COMPILED_CONTEXT_ATTRIBUTES } from './operators.ts';
import { type StoredTensor, TensorVisitor } from './tensor-visitor.ts';
import { TypeVisitor } from './type-visitor.ts';

/** AttributeProto.AttributeType by the field that holds the content. */
const TYPE_OF_CONTENT: Readonly<Record<string, number>> = {
  f: 1,
  i: 2,
  s: 3,
  t: 4,
  g: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparse_tensor: 11,
  sparse_tensors: 12,
  tp: 13,
  type_protos: 14,
};
const HIGHEST_TYPE = 14;
/** Windows of convolutions and poolings; none is wider. */
const WINDOW_ATTRIBUTES: ReadonlySet<string> = new Set([
  'kernel_shape',
  'strides',
  'dilations',
  'pads',
  'output_padding',
]);
const LARGEST_WINDOW = 65_536;
const INTEGERS_KEPT = 32;

export interface AttributeContent {
  readonly name: string;
  readonly integers: readonly number[];
  readonly tensor: StoredTensor | undefined;
}

/** An AttributeProto of a node, or the default of a function's attribute. */
export class AttributeVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #owner: string;
  readonly #body: GraphBody;
  readonly #node: number;
  readonly #isInFunction: boolean;
  readonly #onEnd: (attribute: AttributeContent) => void;
  #name = '';
  #type = 0;
  #isReference = false;
  readonly #contents = new Set<string>();
  readonly #integers: number[] = [];
  #largest = 0;
  #tensor: StoredTensor | undefined;

  constructor(options: {
    readonly inspection: Inspection;
    readonly owner: string;
    readonly body: GraphBody;
    readonly node: number;
    readonly isInFunction: boolean;
    readonly onEnd: (attribute: AttributeContent) => void;
  }) {
    super();
    this.#inspection = options.inspection;
    this.#owner = options.owner;
    this.#body = options.body;
    this.#node = options.node;
    this.#isInFunction = options.isInFunction;
    this.#onEnd = options.onEnd;
  }

  override place(): string {
    return this.#name === ''
      ? `an attribute of ${this.#owner}`
      : `attribute ${quoted(this.#name)} of ${this.#owner}`;
  }

  override name(field: string, value: string): void {
    this.#inspection.count('nameBytes', value.length + 1, this.#owner);
    if (field === 'name') this.#name = value;
    else this.#isReference = value !== '';
  }

  override integer(field: string, value: number): void {
    if (field === 'type') {
      this.#type = value;
      return;
    }
    this.#content(field, 8);
    if (this.#integers.length < INTEGERS_KEPT) this.#integers.push(value);
    this.#largest = Math.max(this.#largest, Math.abs(value));
  }

  override float(field: string): void {
    this.#content(field, 4);
  }

  override bytes(field: string, value: BytesField): void {
    if (field === 'doc_string') this.#inspection.count('metadataBytes', value.length, this.#owner);
    else this.#content(field, value.length + 8);
  }

  override child(field: string, length: number): MessageVisitor | undefined {
    // A graph's bytes are counted where they lie in it.
    this.#content(field, field === 'g' || field === 'graphs' ? 0 : length);
    switch (field) {
      case 't':
      case 'tensors':
        return new TensorVisitor(this.#inspection, `a tensor in ${this.place()}`, (tensor) => {
          this.#tensor = tensor;
        });
      case 'g':
      case 'graphs':
        return this.#inspection.openSubgraph(this.#body, this.#node, this.place());
      case 'tp':
      case 'type_protos':
        return new TypeVisitor(this.#inspection, this.place());
      default:
        this.#inspection.add('unsupported-feature', this.place(), 'sparse tensors are not admitted');
        return undefined;
    }
  }

  override end(): void {
    const refuse = (message: string) => this.#inspection.add('bad-attribute', this.place(), message);
    if (this.#name === '') refuse('it has no name');
    if (COMPILED_CONTEXT_ATTRIBUTES.has(this.#name.toLowerCase())) {
      this.#inspection.add(
        'compiled-context',
        this.place(),
        'it refers to a model that was compiled for a device',
      );
    }
    if (this.#type < 1 || this.#type > HIGHEST_TYPE) refuse(`it has the unknown type ${this.#type}`);
    const [content, ...others] = this.#contents;
    if (others.length > 0) refuse(`it holds both ${content} and ${others.join(', ')}`);
    else if (content !== undefined && TYPE_OF_CONTENT[content] !== this.#type) {
      refuse(`it is said to be of type ${this.#type} but holds ${content}`);
    }
    if (this.#isReference && !this.#isInFunction) refuse('it refers to an attribute outside of a function');
    if (this.#isReference && content !== undefined) refuse('it refers to another attribute and has a value');
    if (WINDOW_ATTRIBUTES.has(this.#name) && this.#largest > LARGEST_WINDOW) {
      refuse(`it says ${this.#largest}; ${LARGEST_WINDOW} is the most`);
    }
    this.#onEnd({ name: this.#name, integers: this.#integers, tensor: this.#tensor });
  }

  #content(field: string, bytes: number): void {
    this.#contents.add(field);
    this.#inspection.count('attributeBytes', bytes, this.#owner);
  }
}
