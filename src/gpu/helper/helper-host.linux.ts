import { HELPER_SOCKET_PATH } from '../../shared/gpu-helper-protocol.ts';
import { activatedSocket } from './activated-socket.ts';
import { runUntilSignal } from './end-signals.ts';
import type { HelperArguments } from './helper-arguments.ts';
import type { HelperHost } from './helper-host.ts';
import type { HelperServer } from './helper-server.ts';
import { PeerCredentialsReader } from './peer-credentials.linux.ts';
import { UnixListener } from './unix-listener.linux.ts';

/** systemd passes the socket; without systemd the helper makes it. */
export class LinuxHelperHost implements HelperHost {
  readonly #peers = new PeerCredentialsReader();

  run(_command: HelperArguments, main: (stop: AbortSignal) => Promise<number>): Promise<number> {
    return runUntilSignal(main);
  }

  listen(command: HelperArguments, server: HelperServer): Promise<AsyncDisposable> {
    const socket = activatedSocket(process.env, process.pid) ?? command.socket ?? HELPER_SOCKET_PATH;
    const { allowedUids } = command;
    return UnixListener.listen({ server, allowedUids, socket, peers: this.#peers });
  }
}
