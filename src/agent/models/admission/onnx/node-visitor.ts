import { quoted } from '../findings.ts';
import { type AttributeContent, AttributeVisitor } from './attribute-visitor.ts';
import { isSized } from './constant-growth.ts';
import { functionKey, type GraphBody } from './graph-body.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { metadataVisitor } from './metadata.ts';
import { COMPILED_CONTEXT, CONTRIB_OPERATORS, isTrainingDomain, NEWEST_OPERATOR_SET } from './operators.ts';

/** Attributes that say the shape of what an operator makes. */
const SHAPE_ATTRIBUTES: ReadonlySet<string> = new Set(['shape', 'output_shape', 'value_ints', 'value_int']);
const OPERATOR_NAME = /^[A-Za-z_][\w.:-]*$/;

/** A NodeProto: which operator, on which values. */
export class NodeVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #body: GraphBody;
  readonly #node: number;
  readonly #inputs: string[] = [];
  readonly #outputs: string[] = [];
  readonly #attributes = new Set<string>();
  #name = '';
  #operator = '';
  #domain = '';
  #overload = '';
  #shape: readonly number[] | undefined;
  #constant: AttributeContent | undefined;

  constructor(inspection: Inspection, body: GraphBody) {
    super();
    this.#inspection = inspection;
    this.#body = body;
    this.#node = body.begin();
    body.callSite.nodes += 1;
    inspection.count('nodes', 1, body.place);
  }

  override place(): string {
    const which = this.#name === '' ? `${this.#node}` : quoted(this.#name);
    return this.#operator === '' ? `node ${which}` : `node ${which} (${shown(this.#operator)})`;
  }

  override name(field: string, value: string): void {
    this.#inspection.count('nameBytes', value.length + 1, this.#body.place);
    switch (field) {
      case 'input':
        this.#inputs.push(value);
        if (value !== '') this.#body.scope.use(value, this.#node);
        return;
      case 'output':
        this.#outputs.push(value);
        return;
      case 'name':
        this.#name = value;
        return;
      case 'op_type':
        this.#operator = value;
        return;
      case 'domain':
        this.#domain = value;
        return;
      default:
        this.#overload = value;
    }
  }

  override bytes(_field: string, value: BytesField): void {
    this.#inspection.count('metadataBytes', value.length, this.#body.place);
  }

  override child(field: string): MessageVisitor | undefined {
    if (field === 'metadata_props') return metadataVisitor(this.#inspection, this.place());
    if (field !== 'attribute') {
      this.#inspection.add('unsupported-feature', this.place(), 'device configurations are not admitted');
      return undefined;
    }
    this.#inspection.count('attributes', 1, this.#body.place);
    return new AttributeVisitor({
      inspection: this.#inspection,
      owner: this.place(),
      body: this.#body,
      node: this.#node,
      isInFunction: this.#body.isInFunction,
      onEnd: (attribute) => this.#addAttribute(attribute),
    });
  }

  override end(): void {
    const place = this.place();
    const { scope } = this.#body;
    const before = scope.size;
    this.#body.label(this.#node, place);
    for (const output of this.#outputs) {
      if (output === '' || scope.make(output, this.#node)) continue;
      this.#inspection.add(
        'duplicate-name',
        place,
        `its output ${quoted(output)} is already the name of a value`,
      );
    }
    this.#inspection.count('values', scope.size - before, place);
    this.#checkOperator(place);
    this.#keepForSizes();
  }

  #addAttribute(attribute: AttributeContent): void {
    if (this.#attributes.has(attribute.name)) {
      this.#inspection.add('duplicate-name', this.place(), `it has two attributes ${quoted(attribute.name)}`);
    }
    this.#attributes.add(attribute.name);
    if (SHAPE_ATTRIBUTES.has(attribute.name)) this.#shape = attribute.integers;
    if (attribute.name === 'value') this.#constant = attribute;
  }

  #checkOperator(place: string): void {
    const domain = this.#domain === 'ai.onnx' ? '' : this.#domain;
    if (this.#operator === COMPILED_CONTEXT) {
      this.#inspection.add('compiled-context', place, 'it holds a model that was compiled for a device');
    } else if (this.#operator === '' || !OPERATOR_NAME.test(this.#operator)) {
      this.#inspection.add('unknown-operator', place, `${quoted(this.#operator)} is no operator`);
    } else if (isTrainingDomain(domain)) {
      this.#inspection.add('custom-domain', place, `operators for training (${domain}) are not admitted`);
    } else if (domain === 'com.microsoft' && !CONTRIB_OPERATORS.has(this.#operator)) {
      this.#inspection.add(
        'unknown-operator',
        place,
        `${shown(this.#operator)} of com.microsoft is not admitted`,
      );
    } else if (!NEWEST_OPERATOR_SET.has(domain)) this.#call(place);
  }

  /** An operator of another domain can only be a function of the file, which its end tells. */
  #call(place: string): void {
    const callee = { domain: this.#domain, name: this.#operator, overload: this.#overload };
    const key = functionKey(callee);
    const { calls } = this.#body.callSite;
    const known = calls.get(key);
    if (known === undefined) calls.set(key, { callee, place, times: 1 });
    else known.times += 1;
  }

  #keepForSizes(): void {
    const [output] = this.#outputs;
    if (output === undefined || output === '' || (this.#domain !== '' && this.#domain !== 'ai.onnx')) return;
    if (this.#operator === 'Constant') {
      const elements = this.#constant?.tensor?.elements ?? this.#shape?.length;
      const values = this.#constant?.tensor?.values ?? this.#shape;
      if (elements !== undefined) this.#body.sizes.set(output, elements);
      if (values !== undefined) this.#body.values.set(output, values);
    } else if (isSized(this.#operator)) {
      this.#body.sizedNodes.push({
        node: this.#node,
        operator: this.#operator,
        inputs: this.#inputs,
        output,
        shape: this.#shape,
      });
    }
  }
}

function shown(operator: string): string {
  return OPERATOR_NAME.test(operator) && operator.length <= 64 ? operator : quoted(operator);
}
