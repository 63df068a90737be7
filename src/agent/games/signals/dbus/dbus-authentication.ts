import type { MessageSocket } from '../message-socket.ts';
import { DBusFormatError } from './dbus-type.ts';

const LINE_BYTES_LIMIT = 4_096;

/**
 * Says who we are, which the bus then asks the kernel (D-Bus specification, Authentication Protocol: EXTERNAL).
 * @throws Error when the bus does not let us in.
 */
export async function authenticate(socket: MessageSocket): Promise<void> {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(Buffer.from(`\0AUTH EXTERNAL ${user}\r\n`, 'latin1'));
  const answer = (await socket.next(lineFraming)).toString('latin1');
  if (!answer.startsWith('OK ')) throw new Error(`the bus refuses: ${answer.replace(/[^ -~]/g, '')}`);
  socket.write(Buffer.from('BEGIN\r\n', 'latin1'));
}

function lineFraming(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n');
  if (end > LINE_BYTES_LIMIT || (end < 0 && bytes.length > LINE_BYTES_LIMIT)) {
    throw new DBusFormatError('a line does not end');
  }
  return end < 0 ? undefined : end + 2;
}
