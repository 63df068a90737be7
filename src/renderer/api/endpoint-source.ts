import { type ShellBridge, type ShellEndpoint, shellEndpointSchema } from '../../shared/shell-contract.ts';

/** Where the agent is and how to get in; null while that is not known. */
export interface EndpointSource {
  /** Null in a browser means that no token was given; in the desktop window, that the agent is not running. */
  readonly kind: 'browser' | 'desktop';
  current(): Promise<ShellEndpoint | null>;
  /** The function returned ends it. */
  onChange(listener: (endpoint: ShellEndpoint | null) => void): () => void;
  /** The agent refused the token: it is not worth keeping. */
  forget(): void;
}

const TOKEN_KEY = 'gata-token';

/** The token that a fragment like `#token=…` carries. */
export function tokenInFragment(fragment: string): string | undefined {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === null || token === '' ? undefined : token;
}

/** The agent serves the page, so it is at the page's own origin; the token came in the page's fragment. */
export class BrowserEndpointSource implements EndpointSource {
  readonly kind = 'browser';
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.#takeToken();
  }

  async current(): Promise<ShellEndpoint | null> {
    const token = this.#window.sessionStorage.getItem(TOKEN_KEY);
    return token === null ? null : { baseUrl: this.#window.location.origin, token };
  }

  onChange(listener: (endpoint: ShellEndpoint | null) => void): () => void {
    const onHashChange = () => {
      if (this.#takeToken()) void this.current().then(listener);
    };
    this.#window.addEventListener('hashchange', onHashChange);
    return () => this.#window.removeEventListener('hashchange', onHashChange);
  }

  forget(): void {
    this.#window.sessionStorage.removeItem(TOKEN_KEY);
  }

  /** Moves a token out of the address bar, where it would be seen, copied and kept in the history. */
  #takeToken(): boolean {
    const { location, history, sessionStorage } = this.#window;
    const token = tokenInFragment(location.hash);
    if (token === undefined) return false;
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    return true;
  }
}

/** The desktop shell knows the agent. */
export class DesktopEndpointSource implements EndpointSource {
  readonly kind = 'desktop';
  readonly #bridge: ShellBridge;

  constructor(bridge: ShellBridge) {
    this.#bridge = bridge;
  }

  async current(): Promise<ShellEndpoint | null> {
    return shellEndpointSchema.nullable().parse(await this.#bridge.endpoint());
  }

  onChange(listener: (endpoint: ShellEndpoint | null) => void): () => void {
    return this.#bridge.onEndpointChange((endpoint) =>
      listener(shellEndpointSchema.nullable().parse(endpoint)),
    );
  }

  forget(): void {
    // The shell reads it anew from the agent's endpoint file.
  }
}
