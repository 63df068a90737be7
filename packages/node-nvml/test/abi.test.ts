import { expect, test } from 'vitest';
import { ABI, versionWord } from '../src/abi.ts';
import { abiMismatches } from '../src/check-abi.ts';

test("lays NVML's structs out on this machine as the table says", () => {
  expect(abiMismatches()).toEqual([]);
});

test('notices a struct of another size and a field in another place', () => {
  const wrong = {
    name: 'Temperature_v1',
    size: 16,
    version: 1,
    fields: { version: { type: 'uint32_t', offset: 0 }, temperature: { type: 'int32_t', offset: 8 } },
  } as const;
  expect(abiMismatches({ wrong })).toEqual([
    'nvmlTemperature_v1_t has 8 bytes, not 16',
    'nvmlTemperature_v1_t.temperature is at byte 4, not 8',
  ]);
});

test.each([
  ['temperature', 0x0100000c],
  ['memoryV2', 0x02000028],
  ['powerValue', 0x0200000c],
  ['marginTemperature', 0x01000008],
  ['fanSpeedInfo', 0x0100000c],
] as const)('the version word of %s is the one of the header', (name, word) => {
  expect(versionWord(ABI[name])).toBe(word);
});
