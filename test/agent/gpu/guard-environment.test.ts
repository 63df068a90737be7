import { expect, test } from 'vitest';
import { guardEnvironment } from '../../../src/agent/gpu/guard-environment.ts';

test('the guard gets what the driver needs, and nothing that is secret or loads code', () => {
  const needed = {
    PATH: '/usr/bin',
    LC_ALL: 'C',
    SystemRoot: 'C:\\Windows',
    NVIDIA_VISIBLE_DEVICES: 'all',
    LD_LIBRARY_PATH: '/run/opengl-driver/lib',
  };
  const kept = guardEnvironment({
    ...needed,
    NODE_OPTIONS: '--require=/tmp/evil.js',
    NODE_EXTRA_CA_CERTS: '/tmp/ca',
    LD_PRELOAD: '/tmp/evil.so',
    GITHUB_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    SSH_AUTH_SOCK: '/run/agent',
    EMPTY: undefined,
  });
  expect(kept).toEqual(needed);
});
