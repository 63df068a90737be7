import { expect, test } from 'vitest';
import { readValue } from '../src/field-values.ts';
import { NativeMemory } from '../src/native-memory.ts';

const DOUBLE = 0;
const UNSIGNED_INT = 1;
const UNSIGNED_LONG = 2;
const UNSIGNED_LONG_LONG = 3;
const SIGNED_LONG_LONG = 4;
const SIGNED_INT = 5;
const UNSIGNED_SHORT = 6;

function memoryWith(write: (view: DataView) => void): NativeMemory {
  const memory = new NativeMemory(8);
  write(memory.view);
  return memory;
}

test('reads every type of value', () => {
  const cases: [type: number, write: (view: DataView) => void, value: number][] = [
    [DOUBLE, (view) => view.setFloat64(0, 0.25, true), 0.25],
    [UNSIGNED_INT, (view) => view.setUint32(0, 4_000_000_000, true), 4_000_000_000],
    [UNSIGNED_LONG_LONG, (view) => view.setBigUint64(0, 2n ** 40n, true), 2 ** 40],
    [SIGNED_LONG_LONG, (view) => view.setBigInt64(0, -5n, true), -5],
    [SIGNED_INT, (view) => view.setInt32(0, -5, true), -5],
    [UNSIGNED_SHORT, (view) => view.setUint32(0, 0xffff_0007, true), 7],
  ];
  for (const [type, write, value] of cases) {
    expect(readValue(memoryWith(write), 0, type, 'linux')).toBe(value);
  }
});

test('knows that a long is shorter on Windows', () => {
  const memory = memoryWith((view) => view.setBigUint64(0, 2n ** 40n + 7n, true));
  expect(readValue(memory, 0, UNSIGNED_LONG, 'linux')).toBe(2 ** 40 + 7);
  expect(readValue(memory, 0, UNSIGNED_LONG, 'win32')).toBe(7);
});

test('takes all ones, and types that it does not know, as not available', () => {
  const ones = memoryWith((view) => view.setBigInt64(0, -1n, true));
  for (const type of [UNSIGNED_INT, UNSIGNED_LONG, UNSIGNED_LONG_LONG, 77]) {
    expect(readValue(ones, 0, type, 'linux')).toBeNull();
  }
});
