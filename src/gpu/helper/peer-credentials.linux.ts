import type { Socket } from 'node:net';
import koffi, { type KoffiFunc } from 'koffi';

/** asm-generic/socket.h; the same on x64 and arm64. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** sizeof(struct ucred): pid, uid, gid, 32 bits each. */
const UCRED_BYTES = 12;

/** Who connected, as the kernel noted it at that moment: it cannot be forged or changed afterwards. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Asks the kernel who is at the other end of a Unix socket (unix(7), SO_PEERCRED). */
export class PeerCredentialsReader {
  readonly #getsockopt: KoffiFunc<
    (descriptor: number, level: number, name: number, value: Buffer, length: Buffer) => number
  > = koffi
    .load('libc.so.6')
    .func(
      'int getsockopt(int descriptor, int level, int name, _Out_ uint8_t *value, _Inout_ uint8_t *length)',
    );

  /** undefined when the kernel does not tell, such as for a connection that has ended: nobody is let in then. */
  read(socket: Socket): PeerCredentials | undefined {
    const descriptor = descriptorOf(socket);
    if (descriptor === undefined) return undefined;
    const value = Buffer.alloc(UCRED_BYTES);
    const length = Buffer.alloc(4);
    length.writeInt32LE(UCRED_BYTES);
    const result = this.#getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, value, length);
    if (result !== 0 || length.readInt32LE() !== UCRED_BYTES) return undefined;
    return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) };
  }
}

/** Node has no public way to a socket's descriptor; its own handle has had this one since its first days. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return undefined;
  const descriptor: unknown = Reflect.get(handle, 'fd');
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : undefined;
}
