import type { AdmissionCode } from '../admission-report.ts';
import { quoted } from '../findings.ts';
import { FunctionCalls } from './function-calls.ts';
import { FunctionVisitor } from './function-visitor.ts';
import { GraphVisitor } from './graph-visitor.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { metadataVisitor } from './metadata.ts';
import { OperatorSetVisitor } from './operator-set-visitor.ts';
import { NEWEST_IR_VERSION, NEWEST_OPERATOR_SET, OLDEST_IR_VERSION } from './operators.ts';

const PLACE = 'the model';
/** Operator sets of a file: those that are known, and those of its functions. */
const MOST_OPERATOR_SETS = 64;

/** A ModelProto: the whole file. */
export class ModelVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #calls: FunctionCalls;
  readonly #domains: string[] = [];
  #irVersion: number | undefined;
  #graph: GraphVisitor | undefined;

  constructor(inspection: Inspection) {
    super();
    this.#inspection = inspection;
    this.#calls = new FunctionCalls(inspection);
  }

  override place(): string {
    return PLACE;
  }

  override integer(field: string, value: number): void {
    if (field === 'ir_version') this.#irVersion = value;
  }

  override bytes(_field: string, value: BytesField): void {
    this.#inspection.count('metadataBytes', value.length, PLACE);
  }

  override child(field: string): MessageVisitor | undefined {
    switch (field) {
      case 'graph':
        this.#graph = GraphVisitor.main(this.#inspection);
        return this.#graph;
      case 'opset_import':
        return new OperatorSetVisitor(this.#inspection, PLACE, (domain) => this.#addDomain(domain));
      case 'metadata_props':
        return metadataVisitor(this.#inspection, PLACE);
      case 'functions':
        return new FunctionVisitor(this.#inspection, (name, callSite) => this.#calls.add(name, callSite));
      default:
        this.#inspection.add('unsupported-feature', PLACE, `${field.replaceAll('_', ' ')} is not admitted`);
        return undefined;
    }
  }

  override end(): void {
    const add = (code: AdmissionCode, message: string) => this.#inspection.add(code, PLACE, message);
    const ir = this.#irVersion;
    if (ir === undefined || ir < OLDEST_IR_VERSION || ir > NEWEST_IR_VERSION) {
      const known = `${OLDEST_IR_VERSION} to ${NEWEST_IR_VERSION}`;
      add('ir-version', `its format's version is ${ir ?? 'missing'}; known: ${known}`);
    }
    if (this.#domains.length === 0) add('unknown-opset', 'it names no operator set');
    for (const domain of this.#domains) {
      if (NEWEST_OPERATOR_SET.has(domain) || this.#calls.hasDomain(domain)) continue;
      add('custom-domain', `it wants operators of the domain ${quoted(domain)}`);
    }
    if (this.#graph === undefined) add('malformed-file', 'it has no graph');
    else this.#calls.check(this.#graph.body.callSite);
  }

  #addDomain(domain: string): void {
    if (this.#domains.includes(domain)) {
      this.#inspection.add('duplicate-name', PLACE, `the operator set ${quoted(domain)} is there twice`);
    } else if (this.#domains.length < MOST_OPERATOR_SETS) this.#domains.push(domain);
    else this.#inspection.add('too-many', PLACE, `it has more than ${MOST_OPERATOR_SETS} operator sets`);
  }
}
