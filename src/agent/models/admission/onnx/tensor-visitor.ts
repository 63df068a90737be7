import { quoted } from '../findings.ts';
import { ELEMENT_TYPES, type ElementType } from './element-types.ts';
import { EntryVisitor } from './entry-visitor.ts';
import { checkExternalData } from './external-data.ts';
import type { Inspection } from './inspection.ts';
import { type BytesField, MessageVisitor } from './message-visitor.ts';
import { LARGEST_DIMENSION } from './type-visitor.ts';

/** Shapes and the like, whose values decide how large other tensors become. */
const VALUES_KEPT = 16;
/** Writers pack elements; one by one they would only cost time. */
const MOST_ELEMENT_FIELDS = 65_536;
const MOST_EXTERNAL_ENTRIES = 8;
const EXTERNAL = 1;

/** What the rest of the inspection wants to know of a tensor. */
export interface StoredTensor {
  readonly name: string;
  /** Undefined when its shape is wrong. */
  readonly elements: number | undefined;
  /** Its values, if they are few and integers or floats. */
  readonly values: readonly number[] | undefined;
}

/** A TensorProto: its shape must be possible, and its data exactly what the shape says. */
export class TensorVisitor extends MessageVisitor {
  readonly #inspection: Inspection;
  readonly #role: string;
  readonly #onEnd: (tensor: StoredTensor) => void;
  #name = '';
  readonly #dims: number[] = [];
  #rank = 0;
  #dataType = 0;
  #rawBytes: number | undefined;
  #raw: Uint8Array | undefined;
  /** Entries of typed data by field. */
  readonly #entries = new Map<string, number>();
  #values: readonly number[] = [];
  #elementFields = 0;
  #location = 0;
  readonly #external: [string | undefined, string | undefined][] = [];

  constructor(inspection: Inspection, role: string, onEnd: (tensor: StoredTensor) => void) {
    super();
    this.#inspection = inspection;
    this.#role = role;
    this.#onEnd = onEnd;
  }

  override place(): string {
    return this.#name === '' ? this.#role : `${this.#role} ${quoted(this.#name)}`;
  }

  override name(_field: string, value: string): void {
    this.#name = value;
    this.#inspection.count('nameBytes', value.length + 1, this.#role);
  }

  override integer(field: string, value: number): void {
    if (field === 'data_type') this.#dataType = value;
    else if (field === 'data_location') this.#location = value;
    else {
      this.#rank += 1;
      if (this.#rank <= this.#inspection.limits.rank) this.#dims.push(value);
    }
  }

  override bytes(field: string, value: BytesField): void {
    if (field === 'raw_data') {
      this.#rawBytes = value.length;
      const few = value.take(VALUES_KEPT * 8);
      this.#raw = few && Uint8Array.from(few);
    } else if (field === 'strings') {
      this.#count('strings', 1);
      this.#inspection.count('stringBytes', value.length + 8, this.place());
    }
  }

  override elements(field: string, count: number, values: readonly number[]): void {
    this.#count(field, count);
    this.#elementFields += 1;
    if (this.#values.length + values.length <= VALUES_KEPT) this.#values = [...this.#values, ...values];
  }

  override child(field: string): MessageVisitor | undefined {
    if (field === 'external_data') {
      return new EntryVisitor(this.place(), (key, value) => {
        if (this.#external.length <= MOST_EXTERNAL_ENTRIES) this.#external.push([key, value]);
      });
    }
    if (field === 'segment') {
      this.#inspection.add('unsupported-feature', this.place(), 'tensors in segments are not admitted');
    } else this.#inspection.count('metadataEntries', 1, this.place());
    return undefined;
  }

  override end(): void {
    const elements = this.#checkShape();
    const type = ELEMENT_TYPES.get(this.#dataType);
    if (type === undefined) {
      this.#inspection.add(
        'element-type',
        this.place(),
        `ONNX Runtime has no element type ${this.#dataType}`,
      );
    } else if (elements !== undefined) this.#checkData(type, elements);
    if (this.#elementFields > MOST_ELEMENT_FIELDS) {
      this.#inspection.add('bad-tensor', this.place(), 'its elements are stored one by one');
    }
    const values = type === undefined || elements === undefined ? undefined : this.#fewValues(type, elements);
    this.#onEnd({ name: this.#name, elements, values });
  }

  #count(field: string, count: number): void {
    this.#entries.set(field, (this.#entries.get(field) ?? 0) + count);
  }

  /** The number of elements, or undefined when the shape is refused. */
  #checkShape(): number | undefined {
    const { limits } = this.#inspection;
    const refuse = (message: string) => this.#inspection.add('bad-shape', this.place(), message);
    if (this.#rank > limits.rank) {
      refuse(`it has ${this.#rank} dimensions; ${limits.rank} are allowed`);
      return undefined;
    }
    const wrong = this.#dims.find((size) => size < 0 || size > LARGEST_DIMENSION);
    if (wrong !== undefined) {
      refuse(`a dimension has the size ${wrong}`);
      return undefined;
    }
    const elements = this.#dims.reduce((product, size) => product * size, 1);
    if (elements <= limits.tensorElements) return elements;
    refuse(`its shape has ${elements} elements; ${limits.tensorElements} are allowed`);
    return undefined;
  }

  #checkData(type: ElementType, elements: number): void {
    const refuse = (message: string) => this.#inspection.add('bad-tensor', this.place(), message);
    const bytes = type.bits === undefined ? undefined : Math.ceil((elements * type.bits) / 8);
    if (this.#location !== 0 && this.#location !== EXTERNAL) refuse('its data is in an unknown place');
    if (this.#location === EXTERNAL) {
      if (type.bits === undefined) refuse('strings may not lie outside the graph');
      if (this.#rawBytes !== undefined || this.#entries.size > 0) {
        refuse('its data is both in the graph and outside');
      }
      checkExternalData(this.#inspection, this.place(), this.#external, bytes);
      return;
    }
    if (this.#external.length > 0) {
      const place = this.place();
      this.#inspection.add('external-data', place, 'it names external data but says that it has none');
      checkExternalData(this.#inspection, place, this.#external, bytes);
    }
    if (this.#rawBytes !== undefined && this.#entries.size > 0) refuse('its data is there twice');
    if (this.#entries.size > 1) refuse('its data is there as several types');
    if (this.#rawBytes !== undefined) {
      if (bytes === undefined) refuse('strings may not be raw data');
      else if (this.#rawBytes !== bytes)
        refuse(`it has ${this.#rawBytes} bytes where its shape needs ${bytes}`);
      return;
    }
    const wanted = Math.ceil(elements * type.entriesPerElement);
    const [field] = this.#entries.keys();
    if (field !== undefined && field !== type.field)
      refuse(`it is ${type.name} but its data is of another type`);
    const entries = this.#entries.get(type.field) ?? 0;
    if (entries !== wanted) refuse(`it has ${entries} entries where its shape needs ${wanted}`);
  }

  #fewValues(type: ElementType, elements: number): readonly number[] | undefined {
    if (elements > VALUES_KEPT) return undefined;
    if (this.#rawBytes === undefined) return this.#values.length === elements ? this.#values : undefined;
    if (this.#raw === undefined || type.bits === undefined) return undefined;
    const view = new DataView(this.#raw.buffer);
    const size = type.bits / 8;
    if (view.byteLength !== elements * size) return undefined;
    const read = readers[type.name];
    if (read === undefined) return undefined;
    return Array.from({ length: elements }, (_, index) => read(view, index * size));
  }
}

const readers: Readonly<Record<string, (view: DataView, offset: number) => number>> = {
  int64: (view, offset) => Number(view.getBigInt64(offset, true)),
  int32: (view, offset) => view.getInt32(offset, true),
  float32: (view, offset) => view.getFloat32(offset, true),
  float64: (view, offset) => view.getFloat64(offset, true),
};
