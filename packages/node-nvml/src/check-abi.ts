import koffi from 'koffi';
import { ABI, type StructLayout } from './abi.ts';

/**
 * Lays every struct of the table out by this machine's rules.
 *
 * @returns what differs, one sentence each; empty when the table holds here.
 */
export function abiMismatches(table: Readonly<Record<string, StructLayout>> = ABI): string[] {
  return Object.values(table).flatMap((layout) => {
    const members = Object.entries(layout.fields).map(([name, field]) => [
      name,
      field.count === undefined ? field.type : koffi.array(field.type, field.count),
    ]);
    const type = koffi.struct(Object.fromEntries(members));
    const size = koffi.sizeof(type);
    const wrongOffsets = Object.entries(layout.fields)
      .map(([name, field]) => ({ name, expected: field.offset, actual: koffi.offsetof(type, name) }))
      .filter(({ expected, actual }) => expected !== actual)
      .map(
        ({ name, expected, actual }) => `nvml${layout.name}_t.${name} is at byte ${actual}, not ${expected}`,
      );
    return size === layout.size
      ? wrongOffsets
      : [`nvml${layout.name}_t has ${size} bytes, not ${layout.size}`, ...wrongOffsets];
  });
}
