import { quoted } from '../findings.ts';
import { AttributeVisitor } from './attribute-visitor.ts';
import { CallSite, type FunctionName, GraphBody } from './graph-body.ts';
import { AFTER_ALL_NODES } from './graph-visitor.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { metadataVisitor } from './metadata.ts';
import { NodeVisitor } from './node-visitor.ts';
import { reportOpenNames } from './open-names.ts';
import { OperatorSetVisitor } from './operator-set-visitor.ts';
import { ValueVisitor } from './type-visitor.ts';

/** A FunctionProto: nodes with a name, which other nodes stand for. */
export class FunctionVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #onEnd: (name: FunctionName, callSite: CallSite) => void;
  readonly #body = new GraphBody('a function', new CallSite(), undefined, true);
  #name = '';
  #domain = '';
  #overload = '';

  constructor(inspection: Inspection, onEnd: (name: FunctionName, callSite: CallSite) => void) {
    super();
    this.#inspection = inspection;
    this.#onEnd = onEnd;
    inspection.count('functions', 1, 'the model');
    inspection.bodies.push(this.#body);
  }

  override place(): string {
    return this.#name === '' ? 'a function' : `function ${quoted(this.#name)}`;
  }

  override name(field: string, value: string): void {
    this.#inspection.count('nameBytes', value.length + 1, this.place());
    switch (field) {
      case 'name':
        this.#name = value;
        return;
      case 'domain':
        this.#domain = value;
        return;
      case 'overload':
        this.#overload = value;
        return;
      case 'input':
        this.#inspection.count('values', 1, this.place());
        if (value !== '' && !this.#body.scope.give(value, 'input')) {
          this.#inspection.add('duplicate-name', this.place(), `it has two values ${quoted(value)}`);
        }
        return;
      case 'output':
        this.#inspection.count('values', 1, this.place());
        this.#body.scope.use(value, AFTER_ALL_NODES);
        return;
      default:
        this.#inspection.count('attributes', 1, this.place());
    }
  }

  override bytes(_field: string, value: BytesField): void {
    this.#inspection.count('metadataBytes', value.length, this.place());
  }

  override child(field: string): MessageVisitor {
    switch (field) {
      case 'node':
        return new NodeVisitor(this.#inspection, this.#body);
      case 'opset_import':
        return new OperatorSetVisitor(this.#inspection, this.place(), () => {
          this.#inspection.count('metadataEntries', 1, this.place());
        });
      case 'attribute_proto':
        this.#inspection.count('attributes', 1, this.place());
        return new AttributeVisitor({
          inspection: this.#inspection,
          owner: this.place(),
          body: this.#body,
          node: AFTER_ALL_NODES,
          isInFunction: false,
          onEnd: () => undefined,
        });
      case 'value_info':
        return new ValueVisitor(this.#inspection, 'value', () => {
          this.#inspection.count('values', 1, this.place());
        });
      default:
        return metadataVisitor(this.#inspection, this.place());
    }
  }

  override end(): void {
    reportOpenNames(this.#inspection, this.#body);
    this.#onEnd({ domain: this.#domain, name: this.#name, overload: this.#overload }, this.#body.callSite);
  }
}
