import { quoted } from '../findings.ts';
import type { Inspection } from './inspection.ts';
import { MessageVisitor } from './message-visitor.ts';
import { isTrainingDomain, NEWEST_OPERATOR_SET } from './operators.ts';

/** An OperatorSetIdProto: a domain of operators and its version. */
export class OperatorSetVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #owner: string;
  readonly #onDomain: (domain: string) => void;
  #domain = '';
  #version = 0;

  /** @param onDomain gets the domain; '' for ONNX's own. */
  constructor(inspection: Inspection, owner: string, onDomain: (domain: string) => void) {
    super();
    this.#inspection = inspection;
    this.#owner = owner;
    this.#onDomain = onDomain;
  }

  override place(): string {
    return `the operator set ${quoted(this.#domain)} of ${this.#owner}`;
  }

  override name(_field: string, value: string): void {
    this.#inspection.count('nameBytes', value.length + 1, this.#owner);
    this.#domain = value;
  }

  override integer(_field: string, value: number): void {
    this.#version = value;
  }

  override end(): void {
    const newest = NEWEST_OPERATOR_SET.get(this.#domain);
    if (isTrainingDomain(this.#domain)) {
      this.#inspection.add('custom-domain', this.place(), 'operators for training are not admitted');
    } else if (this.#version < 1 || (newest !== undefined && this.#version > newest)) {
      const known = newest === undefined ? 'from 1 on' : `1 to ${newest}`;
      this.#inspection.add(
        'unknown-opset',
        this.place(),
        `its version ${this.#version} is unknown; known: ${known}`,
      );
    }
    this.#onDomain(this.#domain === 'ai.onnx' ? '' : this.#domain);
  }
}
