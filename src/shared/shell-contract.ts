import { z } from 'zod';

/** Every IPC channel between the dashboard's window and the desktop shell, and `window.gata` on top of them. */

/** Where the running agent answers, and the `ui` token for it. */
export const shellEndpointSchema = z.object({
  /** `http://127.0.0.1:7420`, without a slash at the end. */
  baseUrl: z.url(),
  token: z.string(),
});
export type ShellEndpoint = z.infer<typeof shellEndpointSchema>;

/** invoke → `ShellEndpoint | null` */
export const ENDPOINT_CHANNEL = 'gata:endpoint';
/** main → window, `ShellEndpoint | null` */
export const ENDPOINT_CHANGE_CHANNEL = 'gata:endpoint-change';

export interface ShellBridge {
  /** Null while no agent is running. */
  endpoint(): Promise<ShellEndpoint | null>;
  /** Called at each change, with null when the agent is gone; the function returned ends it. */
  onEndpointChange(listener: (endpoint: ShellEndpoint | null) => void): () => void;
}

/** The origin that the shell serves the dashboard from; the agent allows it besides its own. */
export const SHELL_ORIGIN = 'app://gata';

declare global {
  interface Window {
    /** Only in the desktop shell's window; absent in a browser. */
    readonly gata?: ShellBridge;
  }
}
