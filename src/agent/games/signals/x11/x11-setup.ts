import type { X11Cookie } from './x11-authority.ts';

/** What a client sends first: byte order, version 11.0 and its cookie. */
export function encodeSetup(cookie: X11Cookie | undefined): Buffer {
  const name = Buffer.from(cookie?.name ?? '', 'latin1');
  const data = cookie?.data ?? Buffer.alloc(0);
  const header = Buffer.alloc(12);
  header.write('l', 0, 'latin1');
  header.writeUInt16LE(11, 2);
  header.writeUInt16LE(name.length, 6);
  header.writeUInt16LE(data.length, 8);
  return Buffer.concat([header, padded(name), padded(data)]);
}

/** Length of the server's answer. */
export function setupFraming(bytes: Buffer): number | undefined {
  return bytes.length < 8 ? undefined : 8 + 4 * bytes.readUInt16LE(6);
}

/**
 * The root window of a screen in the server's answer.
 * @throws Error with the server's reason when it refuses, or when it has no such screen.
 */
export function rootOf(answer: Buffer, screen: number): number {
  const status = answer.readUInt8(0);
  if (status !== 1) {
    const length = status === 0 ? answer.readUInt8(1) : answer.length - 8;
    const reason = answer.toString('latin1', 8, 8 + length).replace(/[^ -~]/g, '');
    throw new Error(`the X server refuses: ${reason.trim()}`);
  }
  const vendorBytes = 4 * Math.ceil(answer.readUInt16LE(24) / 4);
  let offset = 40 + vendorBytes + 8 * answer.readUInt8(29);
  for (let index = 0; index < screen; index += 1) offset = screenEnd(answer, offset);
  if (screen >= answer.readUInt8(28)) throw new Error(`the X server has no screen ${screen}`);
  return answer.readUInt32LE(offset);
}

function screenEnd(answer: Buffer, start: number): number {
  let offset = start + 40;
  const depths = answer.readUInt8(start + 39);
  for (let depth = 0; depth < depths; depth += 1) offset += 8 + 24 * answer.readUInt16LE(offset + 2);
  return offset;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
