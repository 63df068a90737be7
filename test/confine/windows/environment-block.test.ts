import { expect, test } from 'vitest';
import { environmentBlock } from '../../../src/confine/windows/environment-block.ts';
import { workerEnvironment } from '../../../src/confine/windows/worker-environment.ts';

const text = (env: Record<string, string>) => environmentBlock(env).toString('utf16le');

test('variables are sorted without regard to case and ended by zeros', () => {
  expect(text({ b: '2', A: '1', C: 'é' })).toBe('A=1\0b=2\0C=é\0\0');
});

test('an empty environment is two zeros', () => {
  expect(text({})).toBe('\0\0');
});

test.each<Record<string, string>>([{ '': 'x' }, { 'a=b': 'x' }, { a: 'x\0PATH=y' }])(
  '%j is refused',
  (env) => {
    expect(() => environmentBlock(env)).toThrow(RangeError);
  },
);

test('a worker learns where Windows and its own folder are, and nothing else', () => {
  const outer = { SystemRoot: 'C:\\Windows', USERNAME: 'Ada', SECRET: 'x', PATH: 'C:\\tools', TEMP: 'C:\\t' };
  expect(workerEnvironment(outer, 'D:\\own', { CUDA_VISIBLE_DEVICES: 'GPU-1' })).toEqual({
    SystemRoot: 'C:\\Windows',
    PATH: 'C:\\Windows\\System32',
    TEMP: 'D:\\own',
    TMP: 'D:\\own',
    USERPROFILE: 'D:\\own',
    LOCALAPPDATA: 'D:\\own',
    APPDATA: 'D:\\own',
    CUDA_VISIBLE_DEVICES: 'GPU-1',
  });
});
