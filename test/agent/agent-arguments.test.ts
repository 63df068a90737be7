import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseAgentArguments } from '../../src/agent/agent-arguments.ts';

test('reads every flag', () => {
  const argv =
    '--data-dir d --port 0 --gateway https://gata.example/ --embedded --launched-by shell --hand-over-token --nvml-library /n.so --gpu-helper /h --allow-unsandboxed';
  const roots = ['1'.repeat(64), '2'.repeat(64)];
  const withRoots = [...argv.split(' '), ...roots.flatMap((root) => ['--catalogue-root', root])];
  expect(parseAgentArguments(withRoots)).toEqual({
    dataFolder: resolve('d'),
    port: 0,
    gatewayUrl: 'https://gata.example',
    embedded: true,
    catalogueRoots: roots,
    launchedBy: 'shell',
    handOverToken: true,
    sandbox: undefined,
    nvmlLibrary: '/n.so',
    gpuHelperSocket: '/h',
    allowUnsandboxed: true,
  });
  expect(parseAgentArguments(['--help'])).toBe('help');
  expect(parseAgentArguments(['--version'])).toBe('version');
});

test('has safe defaults', () => {
  expect(parseAgentArguments([])).toMatchObject({
    port: undefined,
    gatewayUrl: 'http://127.0.0.1:7430',
    embedded: false,
    catalogueRoots: [],
    allowUnsandboxed: false,
  });
});

test.runIf(process.platform === 'linux')('takes the only sandbox to try, or the best', () => {
  expect(parseAgentArguments(['--sandbox', 'landlock'])).toMatchObject({ sandbox: 'landlock' });
  expect(parseAgentArguments(['--sandbox', 'auto'])).toMatchObject({ sandbox: undefined });
});

test.each([
  ['--sandbox', 'none'],
  ['--port', '70000'],
  ['--port', '7420x'],
  ['--port', ''],
  ['--gateway', 'gata.example'],
  ['--gateway', 'file:///etc'],
  ['--catalogue-root', 'abc'],
  ['--unknown', 'x'],
])('refuses %s %s, naming the flag', (flag, value) => {
  expect(() => parseAgentArguments([flag, value])).toThrow(
    expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining(flag) }),
  );
});
