import { GataError } from '../shared/gata-error.ts';
import { ENDPOINT_CHANNEL, type ShellEndpoint } from '../shared/shell-contract.ts';
import { isTrustedSender, type SenderFrame } from './security.ts';

/** What the channel needs of Electron's ipcMain. */
export interface EndpointIpc {
  handle(channel: string, listener: (event: { readonly senderFrame: SenderFrame | null }) => unknown): void;
  removeHandler(channel: string): void;
}

/** Answers the dashboard's question for the agent's endpoint, and no one else's. */
export class EndpointChannel implements Disposable {
  readonly #ipc: EndpointIpc;

  constructor(ipc: EndpointIpc, endpoint: () => ShellEndpoint | null) {
    this.#ipc = ipc;
    ipc.handle(ENDPOINT_CHANNEL, ({ senderFrame }) => {
      if (isTrustedSender(senderFrame)) return endpoint();
      throw new GataError('forbidden', 'Only the dashboard may ask for the endpoint.');
    });
  }

  [Symbol.dispose](): void {
    this.#ipc.removeHandler(ENDPOINT_CHANNEL);
  }
}
