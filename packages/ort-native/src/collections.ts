import { allocateTensor } from './create-tensor.ts';
import type { OrtEnvironment } from './environment.ts';
import { errorCodeValue } from './error-code.ts';
import { NativeMemory } from './native-memory.ts';
import type { NativeObject } from './native-object.ts';
import { OrtError } from './ort-error.ts';
import { Tensor } from './tensor.ts';
import { OrtValue } from './value.ts';

/** `ONNXType`. */
const VALUE_TYPES = { unknown: 0, tensor: 1, sequence: 2, map: 3 } as const;
const POINTER_BYTES = 8;

/** Values in a row: tensors, or maps. */
export class Sequence extends OrtValue {
  readonly kind = 'sequence';

  constructor(environment: OrtEnvironment, address: number, owner?: NativeObject) {
    super(environment, address, 'This sequence', owner);
  }

  /** A sequence of copies of the values. @throws OrtError when they are of different types */
  static of(environment: OrtEnvironment, values: readonly OrtValue[]): Sequence {
    const { library, scratch } = environment;
    const pointers = new NativeMemory(values.length * POINTER_BYTES);
    const copies: OrtValue[] = [];
    try {
      for (const [index, value] of values.entries()) {
        const part = nativeCopy(environment, value);
        if (part !== value) copies.push(part);
        pointers.setWord(index * POINTER_BYTES, part.addressFor('CreateValue'));
      }
      library.check('CreateValue', pointers.address, values.length, VALUE_TYPES.sequence, scratch.address);
      return new Sequence(environment, scratch.word(0));
    } finally {
      for (const copy of copies) copy[Symbol.dispose]();
    }
  }

  get length(): number {
    return countOf(this);
  }

  /** A copy of one value; dispose of it. @throws OrtError when there is none */
  at(index: number): OrtValue {
    return partOf(this, index);
  }

  /** Copies of all values; dispose of each. */
  toArray(): OrtValue[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }
}

/** Keys and their values, as classifiers of classic machine learning give them. */
export class OrtMap extends OrtValue {
  readonly kind = 'map';

  constructor(environment: OrtEnvironment, address: number, owner?: NativeObject) {
    super(environment, address, 'This map', owner);
  }

  /** @throws OrtError when keys or values are no tensors */
  toMap(): Map<string | number | bigint, string | number | bigint> {
    using keys = partOf(this, 0);
    using values = partOf(this, 1);
    if (!(keys instanceof Tensor) || !(values instanceof Tensor)) {
      throw notImplemented('GetValue', 'A map of anything but numbers and strings');
    }
    const valueList = [...values.data];
    const map = new Map<string | number | bigint, string | number | bigint>();
    for (const [index, key] of [...keys.data].entries()) {
      const value = valueList[index];
      if (value !== undefined) map.set(key, value);
    }
    return map;
  }
}

/** An optional value that is not there. */
export class NoValue extends OrtValue {
  readonly kind = 'none';

  constructor(environment: OrtEnvironment, address: number, owner?: NativeObject) {
    super(environment, address, 'This value', owner);
  }
}

/** Takes over an `OrtValue` of whatever kind. @throws OrtError NOT_IMPLEMENTED for sparse tensors and opaque values */
export function wrapValue(environment: OrtEnvironment, address: number, owner?: NativeObject): OrtValue {
  const { library, scratch } = environment;
  library.check('HasValue', address, scratch.address);
  if (scratch.int32(0) === 0) return new NoValue(environment, address, owner);
  library.check('GetValueType', address, scratch.address);
  const type = scratch.int32(0);
  switch (type) {
    case VALUE_TYPES.tensor:
      return new Tensor(environment, address, { owner });
    case VALUE_TYPES.sequence:
      return new Sequence(environment, address, owner);
    case VALUE_TYPES.map:
      return new OrtMap(environment, address, owner);
    default:
      library.run('ReleaseValue', address);
      throw notImplemented('GetValueType', `A value of type ${type}`);
  }
}

/** The library shares what it puts into sequences, and what it makes of them: no array of the caller's may be in it. */
function nativeCopy(environment: OrtEnvironment, value: OrtValue): OrtValue {
  if (!(value instanceof Tensor) || value.backing === undefined) return value;
  const { type, shape } = value;
  const copy = allocateTensor(environment, environment.hostAllocator, { type, shape }, undefined);
  copy.write(value.bytes());
  return copy;
}

function countOf(value: OrtValue): number {
  const { library, scratch } = value.environment;
  library.check('GetValueCount', value.addressFor('GetValueCount'), scratch.address);
  return scratch.word(0);
}

function partOf(value: OrtValue, index: number): OrtValue {
  const { environment } = value;
  const { library, scratch } = environment;
  const address = value.addressFor('GetValue');
  library.check('GetValue', address, index, environment.hostAllocator, scratch.address);
  return wrapValue(environment, scratch.word(0));
}

function notImplemented(call: string, what: string): OrtError {
  return new OrtError(call, errorCodeValue('NOT_IMPLEMENTED'), `${what} is not supported by this package.`);
}
