import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type BridgeIpc, shellBridge } from '../../src/preload/shell-bridge.ts';
import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  type ShellEndpoint,
} from '../../src/shared/shell-contract.ts';

class FakeIpcRenderer extends EventEmitter implements BridgeIpc {
  readonly answers = new Map<string, unknown>();

  async invoke(channel: string): Promise<unknown> {
    return this.answers.get(channel);
  }
}

const endpoint = { baseUrl: 'http://127.0.0.1:7420', token: 'secret' };

describe('window.gata', () => {
  test('gives the endpoint, or null while there is none', async () => {
    const ipc = new FakeIpcRenderer();
    ipc.answers.set(ENDPOINT_CHANNEL, endpoint);
    expect(await shellBridge(ipc).endpoint()).toEqual(endpoint);
    ipc.answers.set(ENDPOINT_CHANNEL, null);
    expect(await shellBridge(ipc).endpoint()).toBeNull();
  });

  test('refuses an answer of another shape', async () => {
    const ipc = new FakeIpcRenderer();
    ipc.answers.set(ENDPOINT_CHANNEL, { baseUrl: 7 });
    await expect(shellBridge(ipc).endpoint()).rejects.toThrow();
  });

  test('tells of changes until asked to stop, and hides the IPC event', () => {
    const ipc = new FakeIpcRenderer();
    const heard: unknown[][] = [];
    const stop = shellBridge(ipc).onEndpointChange((...values: (ShellEndpoint | null)[]) =>
      heard.push(values),
    );
    ipc.emit(ENDPOINT_CHANGE_CHANNEL, { sender: 'secret' }, endpoint);
    ipc.emit(ENDPOINT_CHANGE_CHANNEL, { sender: 'secret' }, null);
    stop();
    ipc.emit(ENDPOINT_CHANGE_CHANNEL, { sender: 'secret' }, endpoint);
    expect(heard).toEqual([[endpoint], [null]]);
    expect(ipc.listenerCount(ENDPOINT_CHANGE_CHANNEL)).toBe(0);
  });

  test('has nothing but these two calls', () => {
    expect(Object.keys(shellBridge(new FakeIpcRenderer())).toSorted()).toEqual([
      'endpoint',
      'onEndpointChange',
    ]);
  });
});
