import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type BridgeIpc, shellBridge } from '../../src/preload/shell-bridge.ts';
import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  HOT_KEY_CAPTURE_CHANNEL,
  HOT_KEY_CHANGE_CHANNEL,
  HOT_KEY_CHANNEL,
  SHOW_SCREEN_CHANNEL,
  type ShellEndpoint,
} from '../../src/shared/shell-contract.ts';

class FakeIpcRenderer extends EventEmitter implements BridgeIpc {
  readonly answers = new Map<string, unknown>();
  readonly invoked: unknown[][] = [];

  async invoke(...call: [channel: string, ...args: unknown[]]): Promise<unknown> {
    const [channel] = call;
    this.invoked.push(call);
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

  test('tells of the hot key, and that new keys are being pressed', async () => {
    const ipc = new FakeIpcRenderer();
    const bridge = shellBridge(ipc);
    const taken = { hotKey: 'Alt+F9', state: 'taken' };
    ipc.answers.set(HOT_KEY_CHANNEL, taken);
    expect(await bridge.hotKey()).toEqual(taken);
    await bridge.captureHotKey(true);
    expect(ipc.invoked.at(-1)).toEqual([HOT_KEY_CAPTURE_CHANNEL, true]);
    const heard: unknown[] = [];
    bridge.onHotKeyChange((state) => heard.push(state));
    ipc.emit(HOT_KEY_CHANGE_CHANNEL, {}, taken);
    expect(heard).toEqual([taken]);
    expect(() => ipc.emit(HOT_KEY_CHANGE_CHANNEL, {}, { state: 'odd' })).toThrow();
  });

  test('tells which screen the shell wants shown', () => {
    const ipc = new FakeIpcRenderer();
    const heard: string[] = [];
    shellBridge(ipc).onShowScreen((screen) => heard.push(screen));
    ipc.emit(SHOW_SCREEN_CHANNEL, {}, 'settings');
    expect(heard).toEqual(['settings']);
    expect(() => ipc.emit(SHOW_SCREEN_CHANNEL, {}, 'https://gata.example/')).toThrow();
  });

  test('has nothing but these calls', () => {
    expect(Object.keys(shellBridge(new FakeIpcRenderer())).toSorted()).toEqual([
      'captureHotKey',
      'endpoint',
      'hotKey',
      'onEndpointChange',
      'onHotKeyChange',
      'onShowScreen',
    ]);
  });
});
