import type { z } from 'zod';
import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  HOT_KEY_CAPTURE_CHANNEL,
  HOT_KEY_CHANGE_CHANNEL,
  HOT_KEY_CHANNEL,
  hotKeyStateSchema,
  SHOW_SCREEN_CHANNEL,
  type ShellBridge,
  shellEndpointSchema,
  shownScreenSchema,
} from '../shared/shell-contract.ts';

/** What the bridge needs of Electron's ipcRenderer. */
export interface BridgeIpc {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  off(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/**
 * `window.gata`: these few calls and nothing of Electron, so that a page taken over could do no more than the
 * dashboard can.
 */
export function shellBridge(ipc: BridgeIpc): ShellBridge {
  const endpointOrNull = shellEndpointSchema.nullable();
  return {
    endpoint: async () => endpointOrNull.parse(await ipc.invoke(ENDPOINT_CHANNEL)),
    onEndpointChange: (listener) => listen(ipc, ENDPOINT_CHANGE_CHANNEL, endpointOrNull, listener),
    hotKey: async () => hotKeyStateSchema.parse(await ipc.invoke(HOT_KEY_CHANNEL)),
    onHotKeyChange: (listener) => listen(ipc, HOT_KEY_CHANGE_CHANNEL, hotKeyStateSchema, listener),
    captureHotKey: async (active) => {
      await ipc.invoke(HOT_KEY_CAPTURE_CHANNEL, active);
    },
    onShowScreen: (listener) => listen(ipc, SHOW_SCREEN_CHANNEL, shownScreenSchema, listener),
  };
}

function listen<Schema extends z.ZodType>(
  ipc: BridgeIpc,
  channel: string,
  schema: Schema,
  listener: (value: z.infer<Schema>) => void,
): () => void {
  // The event holds the sender: it must not reach the page.
  const forward = (_event: unknown, value: unknown) => listener(schema.parse(value));
  ipc.on(channel, forward);
  return () => {
    ipc.off(channel, forward);
  };
}
