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

/** The hot key of the settings as the shell has it. */
export const hotKeyStateSchema = z.object({
  /** Electron's name of the keys; null: none are wanted. */
  hotKey: z.string().nullable(),
  /** `taken`: another program has them; `invalid`: no keys have this name, or typing would need them. */
  state: z.enum(['none', 'active', 'taken', 'invalid']),
});
export type HotKeyState = z.infer<typeof hotKeyStateSchema>;

/** invoke → `HotKeyState` */
export const HOT_KEY_CHANNEL = 'gata:hot-key';
/** main → window, `HotKeyState` */
export const HOT_KEY_CHANGE_CHANNEL = 'gata:hot-key-change';
/** invoke with a boolean: the dashboard listens for new keys, so the ones that are set do nothing meanwhile. */
export const HOT_KEY_CAPTURE_CHANNEL = 'gata:hot-key-capture';

/** What the shell opens the dashboard at: a screen, or the wallet with what the user came to do. */
export const shownScreenSchema = z.enum(['home', 'settings', 'wallet', 'claim', 'governance']);
export type ShownScreen = z.infer<typeof shownScreenSchema>;

/** main → window, `ShownScreen`: the user asked the shell for it. */
export const SHOW_SCREEN_CHANNEL = 'gata:show-screen';

export interface ShellBridge {
  /** Null while no agent is running. */
  endpoint(): Promise<ShellEndpoint | null>;
  /** Called at each change, with null when the agent is gone; the function returned ends it. */
  onEndpointChange(listener: (endpoint: ShellEndpoint | null) => void): () => void;
  hotKey(): Promise<HotKeyState>;
  /** Called at each change; the function returned ends it. */
  onHotKeyChange(listener: (state: HotKeyState) => void): () => void;
  /** True while the user presses new keys. */
  captureHotKey(active: boolean): Promise<void>;
  /** Called when the user asked the shell for a screen; the function returned ends it. */
  onShowScreen(listener: (screen: ShownScreen) => void): () => void;
}

/** The origin that the shell serves the dashboard from; the agent allows it besides its own. */
export const SHELL_ORIGIN = 'app://gata';

declare global {
  interface Window {
    /** Only in the desktop shell's window; absent in a browser. */
    readonly gata?: ShellBridge;
  }
}
