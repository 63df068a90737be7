import { expect, it } from 'vitest';
import { DesktopEndpointSource, tokenInFragment } from '../../../src/renderer/api/endpoint-source.ts';
import type { ShellEndpoint } from '../../../src/shared/shell-contract.ts';

it('finds the token in the fragment', () => {
  expect(tokenInFragment('#token=abc-_1')).toBe('abc-_1');
  expect(tokenInFragment('#/jobs')).toBeUndefined();
  expect(tokenInFragment('#token=')).toBeUndefined();
  expect(tokenInFragment('')).toBeUndefined();
});

it('follows the endpoint that the desktop shell tells, and refuses nonsense', async () => {
  const endpoint: ShellEndpoint = { baseUrl: 'http://127.0.0.1:7420', token: 't' };
  let tell: (endpoint: ShellEndpoint | null) => void = () => {};
  const source = new DesktopEndpointSource({
    endpoint: async () => null,
    onEndpointChange: (listener) => {
      tell = listener;
      return () => {};
    },
    hotKey: async () => ({ hotKey: null, state: 'none' }),
    onHotKeyChange: () => () => {},
    captureHotKey: async () => {},
    onShowScreen: () => () => {},
  });
  expect(await source.current()).toBeNull();
  const seen: (ShellEndpoint | null)[] = [];
  source.onChange((value) => seen.push(value));
  tell(endpoint);
  tell(null);
  expect(seen).toEqual([endpoint, null]);
  expect(() => tell({ baseUrl: 'nonsense', token: 't' })).toThrow();
});
