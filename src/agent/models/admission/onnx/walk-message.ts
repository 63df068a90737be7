import { type Findings, InspectionStopped, quoted } from '../findings.ts';
import { type FieldSpec, MESSAGES, type MessageName } from './message-schema.ts';
import type { BytesField, MessageVisitor } from './message-visitor.ts';
import { nameFault } from './name-fault.ts';
import { WireError, type WireReader } from './wire-reader.ts';

/** Messages within messages: a subgraph is four deeper than its node's graph, a type two than what it is of. */
const MOST_NESTED_MESSAGES = 160;
/** Longest name of a value, node or operator, in bytes. */
const LONGEST_NAME = 1024;
/** Far more than any model that the limits admit; what a file costs to read is bounded by this. */
const MOST_FIELDS = 20_000_000;
const LONGEST_TAKEN = 64 * 1024;
/** Integer elements whose values are told: the length of a shape. */
const VALUES_TOLD = 16;

const VARINT = 0;
const EIGHT_BYTES = 1;
const DELIMITED = 2;
const FOUR_BYTES = 5;

interface Frame {
  readonly message: MessageName;
  readonly visitor: MessageVisitor;
  /** Where the message ends in the file. */
  readonly end: number;
  /** Bit per field number that may be there once and was. */
  seen: number;
}

/**
 * Tells a visitor what a message holds, without recursion and with memory that does not depend on the file.
 * Fields that are unknown, written in another way or given twice become findings and are passed over.
 * @throws WireError where the bytes are no protobuf message; InspectionStopped after too many findings.
 */
export function walkMessage(
  reader: WireReader,
  message: MessageName,
  visitor: MessageVisitor,
  findings: Findings,
): void {
  const stack: Frame[] = [{ message, visitor, end: reader.size, seen: 0 }];
  let fields = 0;
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    if (reader.position === frame.end) {
      frame.visitor.end();
      stack.pop();
      continue;
    }
    fields += 1;
    if (fields > MOST_FIELDS) {
      findings.add('too-many', '', `the file has more than ${MOST_FIELDS} fields`);
      throw new InspectionStopped('The file has too many fields.');
    }
    const nested = readField(reader, frame, findings);
    if (reader.position > frame.end) {
      throw new WireError(`A field of ${frame.visitor.place()} runs past its message.`, reader.position);
    }
    if (nested === undefined) continue;
    if (stack.length >= MOST_NESTED_MESSAGES) {
      findings.add('nested-too-deep', nested.visitor.place(), 'messages are nested too deep');
      reader.skip(nested.end - reader.position);
      continue;
    }
    stack.push(nested);
  }
}

/** Reads one field; returns the message in it, which is to be walked next. */
function readField(reader: WireReader, frame: Frame, findings: Findings): Frame | undefined {
  const { visitor } = frame;
  const tag = reader.length();
  const wireType = tag % 8;
  const number = Math.floor(tag / 8);
  if (number < 1 || number >= 2 ** 29) throw new WireError(`There is no field ${number}.`, reader.position);
  const spec = MESSAGES[frame.message][number];
  if (spec === undefined) {
    findings.add('unknown-field', visitor.place(), `${frame.message} has no field ${number} in ONNX`);
    passOver(reader, frame, wireType);
    return undefined;
  }
  if (!spec.isRepeated) {
    const bit = 1 << number;
    if ((frame.seen & bit) !== 0) {
      findings.add('duplicate-field', visitor.place(), `the field ${spec.name} is there twice`);
      passOver(reader, frame, wireType);
      return undefined;
    }
    frame.seen |= bit;
  }
  if (wireType === DELIMITED) return readDelimited(reader, frame, spec, findings);
  if (wireType === VARINT && spec.kind === 'integer') visitor.integer(spec.name, reader.varint());
  else if (wireType === VARINT && spec.kind === 'varint-elements') {
    visitor.elements(spec.name, 1, [reader.varint()]);
  } else if (wireType === FOUR_BYTES && spec.kind === 'float') {
    pass(reader, frame, 4);
    visitor.float(spec.name);
  } else if (wireType === FOUR_BYTES && spec.kind === 'float-elements') {
    pass(reader, frame, 4);
    visitor.elements(spec.name, 1, []);
  } else if (wireType === EIGHT_BYTES && spec.kind === 'double-elements') {
    pass(reader, frame, 8);
    visitor.elements(spec.name, 1, []);
  } else {
    findings.add('unknown-field', visitor.place(), `the field ${spec.name} is not written as ONNX writes it`);
    passOver(reader, frame, wireType);
  }
  return undefined;
}

function readDelimited(
  reader: WireReader,
  frame: Frame,
  spec: FieldSpec,
  findings: Findings,
): Frame | undefined {
  const { visitor } = frame;
  const length = reader.length();
  const end = reader.position + length;
  if (end > frame.end) {
    throw new WireError(
      `The field ${spec.name} of ${visitor.place()} runs past its message.`,
      reader.position,
    );
  }
  switch (spec.kind) {
    case 'message': {
      const inner = spec.message;
      const child = inner === undefined ? undefined : visitor.child(spec.name, length);
      if (inner !== undefined && child !== undefined) return { message: inner, visitor: child, end, seen: 0 };
      reader.skip(length);
      return undefined;
    }
    case 'name':
      visitor.name(spec.name, readName(reader, length, spec, visitor, findings));
      return undefined;
    case 'bytes': {
      const field: BytesField = {
        length,
        take: (most) => (length > Math.min(most, LONGEST_TAKEN) ? undefined : reader.take(length)),
      };
      visitor.bytes(spec.name, field);
      reader.skip(end - reader.position);
      return undefined;
    }
    case 'integer':
      mustBePackable(spec, visitor, findings);
      while (reader.position < end) visitor.integer(spec.name, reader.varint());
      mustEndAt(reader, end, spec);
      return undefined;
    case 'float':
      mustBePackable(spec, visitor, findings);
      mustDivide(length, 4, spec, reader);
      for (let index = 0; index < length / 4; index += 1) visitor.float(spec.name);
      reader.skip(length);
      return undefined;
    case 'varint-elements': {
      const values: number[] = [];
      if (length <= VALUES_TOLD * 10) {
        let count = 0;
        for (; reader.position < end; count += 1) values.push(reader.varint());
        mustEndAt(reader, end, spec);
        visitor.elements(spec.name, count, values);
      } else visitor.elements(spec.name, reader.countVarints(length), []);
      return undefined;
    }
    case 'float-elements':
      mustDivide(length, 4, spec, reader);
      reader.skip(length);
      visitor.elements(spec.name, length / 4, []);
      return undefined;
    case 'double-elements':
      mustDivide(length, 8, spec, reader);
      reader.skip(length);
      visitor.elements(spec.name, length / 8, []);
      return undefined;
  }
}

function readName(
  reader: WireReader,
  length: number,
  spec: FieldSpec,
  visitor: MessageVisitor,
  findings: Findings,
): string {
  if (length > LONGEST_NAME) {
    findings.add(
      'bad-name',
      visitor.place(),
      `the ${spec.name} has ${length} bytes; ${LONGEST_NAME} are allowed`,
    );
    reader.skip(length);
    return '';
  }
  const bytes = reader.take(length);
  const fault = nameFault(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (fault !== undefined) {
    findings.add('bad-name', visitor.place(), `the ${spec.name} ${quoted(text)} ${fault}`);
  }
  return text;
}

/** Passes over the value of a field that is not wanted. */
function passOver(reader: WireReader, frame: Frame, wireType: number): void {
  switch (wireType) {
    case VARINT:
      reader.varint();
      return;
    case EIGHT_BYTES:
      pass(reader, frame, 8);
      return;
    case DELIMITED:
      pass(reader, frame, reader.length());
      return;
    case FOUR_BYTES:
      pass(reader, frame, 4);
      return;
    default:
      throw new WireError(`The wire type ${wireType} is not used in ONNX files.`, reader.position);
  }
}

function pass(reader: WireReader, frame: Frame, bytes: number): void {
  if (reader.position + bytes > frame.end) {
    throw new WireError(`A field of ${frame.visitor.place()} runs past its message.`, reader.position);
  }
  reader.skip(bytes);
}

function mustBePackable(spec: FieldSpec, visitor: MessageVisitor, findings: Findings): void {
  if (spec.isRepeated) return;
  findings.add('unknown-field', visitor.place(), `the field ${spec.name} is not written as ONNX writes it`);
}

function mustEndAt(reader: WireReader, end: number, spec: FieldSpec): void {
  if (reader.position !== end) {
    throw new WireError(`A number of ${spec.name} is cut off by the end of its field.`, reader.position);
  }
}

function mustDivide(length: number, size: number, spec: FieldSpec, reader: WireReader): void {
  if (length % size === 0) return;
  throw new WireError(`The field ${spec.name} has ${length} bytes, no multiple of ${size}.`, reader.position);
}
