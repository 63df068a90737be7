import { win32 } from 'node:path';
import { expect, test } from 'vitest';
import { libraryCandidates } from '../src/library-candidates.ts';

test("asks Linux's loader first, then looks in the usual folders", () => {
  const candidates = libraryCandidates('linux', {});
  expect(candidates[0]).toEqual({ path: 'libnvidia-ml.so.1', isFile: false });
  const paths = candidates.map(({ path }) => path);
  for (const folder of [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib64',
    '/usr/local/nvidia/lib64',
    '/usr/lib/wsl/lib',
    '/run/opengl-driver/lib',
  ]) {
    expect(paths).toContain(`${folder}/libnvidia-ml.so.1`);
  }
});

test('takes only absolute paths on Windows, of the system before those of older drivers', () => {
  const candidates = libraryCandidates('win32', { SystemRoot: 'D:\\Windows', ProgramFiles: 'D:\\Programs' });
  expect(candidates.map(({ path }) => path)).toEqual([
    'D:\\Windows\\System32\\nvml.dll',
    'D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvml.dll',
  ]);
  for (const environment of [{}, { SystemRoot: '.', ProgramFiles: 'here' }]) {
    expect(libraryCandidates('win32', environment).every(({ path }) => win32.isAbsolute(path))).toBe(true);
  }
});

test('knows of no driver for macOS', () => {
  expect(libraryCandidates('darwin', {})).toEqual([]);
});
