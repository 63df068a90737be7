import { expect, test } from 'vitest';
import { restrictedTokenProtections } from '../../../src/agent/sandbox/restricted-token-protections.ts';
import { windowsLayerSchema } from '../../../src/shared/windows-confinement.ts';

const limits = { memoryBytes: 8 * 1024 ** 3, temporaryBytes: 256 * 1024 ** 2 };
const enforced = (...args: Parameters<typeof restrictedTokenProtections>) =>
  restrictedTokenProtections(...args)
    .filter((protection) => protection.enforced)
    .map(({ code }) => code)
    .sort();

test('an AppContainer with every layer leaves system calls and other cards open', () => {
  const protections = restrictedTokenProtections('app-container', [], limits);
  expect(protections.filter((each) => !each.enforced).map(({ code }) => code)).toEqual([
    'system-calls',
    'devices',
  ]);
  expect(new Set(protections.map(({ code }) => code)).size).toBe(13);
});

test('a restricted token is not said to take the network', () => {
  expect(enforced('restricted', [], limits)).not.toContain('network');
  expect(enforced('restricted', [], limits)).not.toContain('files');
});

test('what Windows refused is told as not enforced, with its reason', () => {
  const all = windowsLayerSchema.options.map((layer) => ({ layer, reason: `no ${layer}` }));
  expect(enforced('app-container', all, limits)).toEqual([
    'administrator-rights',
    'cpu-time',
    'disk-space',
    'environment',
    'files',
    'network',
    'other-processes',
  ]);
  const memory = restrictedTokenProtections('app-container', all, limits).find(
    ({ code }) => code === 'memory',
  );
  expect(memory?.detail).toContain('no memory-limit');
});

test('one of two walls against new programs is enough', () => {
  const refused = [{ layer: 'child-process-policy', reason: 'old Windows' } as const];
  expect(enforced('app-container', refused, limits)).toContain('new-programs');
});
