import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONSTANTS } from '../../../src/confine/windows/constants.ts';
import { MITIGATION_BITS } from '../../../src/confine/windows/mitigation-policy.ts';
import { LAYOUTS } from '../../../src/confine/windows/struct-layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { compileWindowsProgram, windowsCompilerMissing } from '../../support/windows/compile-program.ts';

const missing = windowsCompilerMissing();

test.skipIf(missing !== undefined)('structures and numbers are those of the Windows headers', () => {
  const layouts = Object.entries(LAYOUTS).flatMap(([name, { bytes, fields }]) => [
    same(`sizeof(${name})`, bytes),
    ...Object.entries(fields).flatMap(([field, [offset, size]]) => [
      same(`offsetof(${name}, ${field})`, offset),
      same(`sizeof(((${name} *)0)->${field})`, size),
    ]),
  ]);
  const constants = Object.entries(CONSTANTS).map(([name, value]) => same(name, value));
  const mitigations = Object.entries(MITIGATION_BITS).map(([name, bit]) =>
    same(`(unsigned long long)PROCESS_CREATION_MITIGATION_POLICY_${name}_ALWAYS_ON`, 1n << bit),
  );
  const source = [
    '#define _WIN32_WINNT 0x0A00',
    '#define NTDDI_VERSION 0x0A000006',
    '#include <stddef.h>',
    '#include <windows.h>',
    '#include <aclapi.h>',
    '#include <sddl.h>',
    ...layouts,
    ...constants,
    ...mitigations,
    'int main(void) { return 0; }',
  ].join('\n');
  using folder = temporaryFolder();
  const file = join(folder.path, 'layouts.c');
  writeFileSync(file, source);
  expect(() => compileWindowsProgram(file, join(folder.path, 'layouts.exe'))).not.toThrow();
});

function same(expression: string, value: number | bigint): string {
  return `_Static_assert(${expression} == ${value}ULL, "${expression} is not ${value}");`;
}
