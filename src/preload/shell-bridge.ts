import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  type ShellBridge,
  shellEndpointSchema,
} from '../shared/shell-contract.ts';

/** What the bridge needs of Electron's ipcRenderer. */
export interface BridgeIpc {
  invoke(channel: string): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  off(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/**
 * `window.gata`: these two calls and nothing of Electron, so that a page taken over could do no more than the
 * dashboard can.
 */
export function shellBridge(ipc: BridgeIpc): ShellBridge {
  const endpointOrNull = shellEndpointSchema.nullable();
  return {
    endpoint: async () => endpointOrNull.parse(await ipc.invoke(ENDPOINT_CHANNEL)),
    onEndpointChange: (listener) => {
      // The event holds the sender: it must not reach the page.
      const forward = (_event: unknown, endpoint: unknown) => listener(endpointOrNull.parse(endpoint));
      ipc.on(ENDPOINT_CHANGE_CHANNEL, forward);
      return () => {
        ipc.off(ENDPOINT_CHANGE_CHANNEL, forward);
      };
    },
  };
}
