import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLdd, sharedLibrariesOf } from '../../../src/agent/sandbox/shared-libraries.linux.ts';

describe('parseLdd', () => {
  it('takes found libraries and the loader, and leaves out what is not there', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007f27b6c2d000)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f27b6b33000)',
      '\tlibvips.so => /opt/a folder/lib/../../vips/libvips.so (0x00007f6136800000)',
      '\tlibmissing.so.1 => not found',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f27b6c2f000)',
    ];
    expect(parseLdd(output.join('\n'))).toEqual([
      '/lib/x86_64-linux-gnu/libm.so.6',
      '/opt/vips/libvips.so',
      '/lib64/ld-linux-x86-64.so.2',
    ]);
  });
});

describe('sharedLibrariesOf', () => {
  it('finds what Node needs', async () => {
    const libraries = await sharedLibrariesOf([process.execPath]);
    expect(libraries.map((file) => path.basename(file))).toContain('libc.so.6');
    for (const file of libraries) expect(existsSync(file)).toBe(true);
  });
});
