import type { WebPreferences } from 'electron';
import { SHELL_ORIGIN } from '../shared/shell-contract.ts';

/**
 * The Electron security checklist (electronjs.org/docs/latest/tutorial/security) in one place: the window shows
 * our own files, talks to the agent on this machine, and nothing else.
 */

export function secureWebPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  };
}

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    // The agent, whose port is not known in advance.
    "connect-src 'self' http://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Whether a URL is one of the dashboard's own pages. */
export function isShellUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return `${protocol}//${host}` === SHELL_ORIGIN && username === '' && password === '';
}

/** What the checks of an IPC sender look at; Electron's WebFrameMain has it. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: object | null;
}

/** Any frame can send IPC messages, one that a bug let in too: only the dashboard's own top frame is heard. */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isShellUrl(frame.url);
}

/**
 * Chromium asks before a page may reach this machine's own ports; the agent is there. Everything else that
 * needs a permission, the dashboard does not need.
 */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['local-network-access', 'loopback-network']);

export function isPermissionAllowed(permission: string, requestingUrl: string): boolean {
  return ALLOWED_PERMISSIONS.has(permission) && isShellUrl(requestingUrl);
}

interface Preventable {
  preventDefault(): void;
}

/** What hardening needs of Electron's Session. */
export interface HardenableSession {
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (isGranted: boolean) => void,
      details: { requestingUrl: string },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, requestingOrigin: string) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: 'will-download', listener: (event: Preventable, item: { getURL(): string }) => void): unknown;
}

/** Denies permissions, devices, and downloads but of what the dashboard made itself: its tables and backups. */
export function hardenSession(session: HardenableSession): void {
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) =>
    callback(isPermissionAllowed(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isPermissionAllowed(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${SHELL_ORIGIN}/`)) event.preventDefault();
  });
}

/** What hardening needs of Electron's WebContents. */
export interface HardenableContents {
  on(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect',
    listener: (details: Preventable & { readonly url: string }) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
}

/**
 * Denies new windows, webviews and every navigation away from the dashboard.
 * @param openLink is told which address a new window was asked for.
 */
export function hardenContents(contents: HardenableContents, openLink: (url: string) => void): void {
  const keepHome = (details: Preventable & { readonly url: string }) => {
    if (!isShellUrl(details.url)) details.preventDefault();
  };
  contents.on('will-navigate', keepHome);
  contents.on('will-frame-navigate', keepHome);
  contents.on('will-redirect', keepHome);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
}

/** Whether a URL is a page of the chain's explorer, as the network's profile names it. */
export function isExplorerPage(url: string, explorerUrl: string | null | undefined): boolean {
  if (explorerUrl === null || explorerUrl === undefined || !URL.canParse(url)) return false;
  const { href, protocol } = new URL(url);
  return protocol === 'https:' && href.startsWith(`${new URL(explorerUrl).href.replace(/\/$/, '')}/`);
}
