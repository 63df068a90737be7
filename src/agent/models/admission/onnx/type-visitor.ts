import { quoted } from '../findings.ts';
import { ELEMENT_TYPES } from './element-types.ts';
import type { Inspection } from './inspection.ts';
import { MessageVisitor } from './message-visitor.ts';

/** A size in a shape that no card has room for. */
export const LARGEST_DIMENSION = 2 ** 31;

/** A TypeProto and the messages in it: what a value is, with its shape. */
export class TypeVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #place: string;
  #alternatives = 0;

  constructor(inspection: Inspection, place: string) {
    super();
    this.#inspection = inspection;
    this.#place = place;
  }

  override place(): string {
    return this.#place;
  }

  override child(field: string): MessageVisitor | undefined {
    this.#alternatives += 1;
    if (this.#alternatives > 1) {
      this.#inspection.add('duplicate-field', this.#place, 'its type is told in two ways');
    }
    if (field === 'sparse_tensor_type' || field === 'opaque_type') {
      this.#inspection.add(
        'unsupported-feature',
        this.#place,
        `a ${field.replaceAll('_', ' ')} is not admitted`,
      );
      return undefined;
    }
    return new InnerType(this.#inspection, this.#place);
  }
}

/** What stands in a TypeProto: the type of a tensor, of a list, of a map or of something optional. */
class InnerType extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #place: string;

  constructor(inspection: Inspection, place: string) {
    super();
    this.#inspection = inspection;
    this.#place = place;
  }

  override place(): string {
    return this.#place;
  }

  override integer(_field: string, value: number): void {
    if (ELEMENT_TYPES.has(value)) return;
    this.#inspection.add('element-type', this.#place, `ONNX Runtime has no element type ${value}`);
  }

  override child(field: string): MessageVisitor {
    if (field === 'shape') return new ShapeVisitor(this.#inspection, this.#place);
    return new TypeVisitor(this.#inspection, this.#place);
  }
}

class ShapeVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #place: string;
  #rank = 0;
  #elements = 1;

  constructor(inspection: Inspection, place: string) {
    super();
    this.#inspection = inspection;
    this.#place = place;
  }

  override place(): string {
    return this.#place;
  }

  override child(): MessageVisitor | undefined {
    const { limits } = this.#inspection;
    this.#rank += 1;
    if (this.#rank === limits.rank + 1) {
      this.#inspection.add('bad-shape', this.#place, `it has more than ${limits.rank} dimensions`);
    }
    if (this.#rank > limits.rank) return undefined;
    return new DimensionVisitor(this.#inspection, this.#place, (size) => {
      this.#elements *= Math.max(1, size);
    });
  }

  override end(): void {
    const { limits } = this.#inspection;
    if (this.#elements <= limits.tensorElements) return;
    this.#inspection.add(
      'bad-shape',
      this.#place,
      `its shape has ${this.#elements} elements; ${limits.tensorElements} are allowed`,
    );
  }
}

class DimensionVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #place: string;
  readonly #onSize: (size: number) => void;
  #told = 0;

  constructor(inspection: Inspection, place: string, onSize: (size: number) => void) {
    super();
    this.#inspection = inspection;
    this.#place = place;
    this.#onSize = onSize;
  }

  override place(): string {
    return this.#place;
  }

  override integer(_field: string, size: number): void {
    this.#tell();
    // Exporters write -1, or 0 and a name, for a size that the caller chooses.
    if (size < -1 || size > LARGEST_DIMENSION) {
      this.#inspection.add('bad-shape', this.#place, `a dimension has the size ${size}`);
    } else this.#onSize(size);
  }

  override name(_field: string, value: string): void {
    this.#tell();
    this.#inspection.count('nameBytes', value.length + 1, this.#place);
  }

  #tell(): void {
    this.#told += 1;
    if (this.#told === 2) {
      this.#inspection.add('duplicate-field', this.#place, 'a dimension has both a size and a name');
    }
  }
}

/** A ValueInfoProto: an input, an output or a value between. */
export class ValueVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #role: string;
  readonly #onName: (name: string) => void;
  #name = '';

  /** @param onName gets the name when the message is complete; '' when it has none. */
  constructor(inspection: Inspection, role: string, onName: (name: string) => void) {
    super();
    this.#inspection = inspection;
    this.#role = role;
    this.#onName = onName;
  }

  override place(): string {
    return this.#name === '' ? this.#role : `${this.#role} ${quoted(this.#name)}`;
  }

  override name(_field: string, value: string): void {
    this.#name = value;
    this.#inspection.count('nameBytes', value.length + 1, this.#role);
  }

  override child(field: string): MessageVisitor | undefined {
    if (field === 'type') return new TypeVisitor(this.#inspection, this.place());
    this.#inspection.count('metadataEntries', 1, this.#role);
    return undefined;
  }

  override end(): void {
    this.#onName(this.#name);
  }
}
