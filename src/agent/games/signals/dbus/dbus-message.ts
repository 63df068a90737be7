import { DBusReader } from './dbus-reader.ts';
import { DBusFormatError, type DBusValue } from './dbus-type.ts';
import { DBusWriter } from './dbus-writer.ts';

export const MESSAGE_TYPE = { call: 1, reply: 2, error: 3, signal: 4 } as const;
/** The bus shall not start the service for this call. */
export const NO_AUTO_START = 2;

const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  sender: 7,
  signature: 8,
} as const;

const FIELD_SIGNATURES: ReadonlyMap<number, string> = new Map([
  [FIELD.path, 'o'],
  [FIELD.replySerial, 'u'],
  [FIELD.signature, 'g'],
]);

export interface DBusMessage {
  readonly type: number;
  readonly serial: number;
  readonly flags?: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
}

/** A message that came in; its body is read when somebody wants it. */
export interface ReceivedDBusMessage extends DBusMessage {
  /** @throws DBusFormatError when it is not of its signature. */
  readBody(): DBusValue[];
}

/** @throws DBusFormatError on values that are not of the message's signature. */
export function encodeMessage(message: DBusMessage, values: readonly DBusValue[] = []): Buffer {
  const signature = message.signature ?? '';
  const body = new DBusWriter().write(signature, values).toBuffer();
  const known: readonly (readonly [number, string | number | undefined])[] = [
    [FIELD.path, message.path],
    [FIELD.interface, message.interface],
    [FIELD.member, message.member],
    [FIELD.errorName, message.errorName],
    [FIELD.replySerial, message.replySerial],
    [FIELD.destination, message.destination],
    [FIELD.sender, message.sender],
    [FIELD.signature, signature],
  ];
  const fields = known.flatMap(([code, value]): DBusValue[] =>
    value === undefined || value === ''
      ? []
      : [[code, { signature: FIELD_SIGNATURES.get(code) ?? 's', value }]],
  );
  const fixed = ['l'.charCodeAt(0), message.type, message.flags ?? 0, 1, body.length, message.serial];
  const header = new DBusWriter()
    .write('yyyyuua(yv)', [...fixed, fields])
    .align(8)
    .toBuffer();
  return Buffer.concat([header, body]);
}

/** @throws DBusFormatError on bytes that are no message. */
export function messageFraming(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  const little = isLittleEndian(bytes);
  const [bodyBytes, , fieldBytes] = [4, 8, 12].map((at) =>
    little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at),
  );
  return 16 + Math.ceil((fieldBytes ?? 0) / 8) * 8 + (bodyBytes ?? 0);
}

/** @throws DBusFormatError on bytes that are no message. */
export function decodeMessage(bytes: Buffer): ReceivedDBusMessage {
  const little = isLittleEndian(bytes);
  const [, type, flags, version, bodyBytes, serial, fields] = new DBusReader(bytes, little).read(
    'yyyyuua(yv)',
  );
  if (version !== 1) throw new DBusFormatError('another version of the protocol');
  const text = new Map<number, string>();
  let replySerial: number | undefined;
  for (const field of Array.isArray(fields) ? fields : []) {
    const [code, variant] = Array.isArray(field) ? field : [];
    const value = typeof variant === 'object' && 'value' in variant ? variant.value : undefined;
    if (code === FIELD.replySerial && typeof value === 'number') replySerial = value;
    else if (typeof code === 'number' && typeof value === 'string') text.set(code, value);
  }
  const signature = text.get(FIELD.signature) ?? '';
  const body = bytes.subarray(bytes.length - Number(bodyBytes));
  return {
    type: Number(type),
    serial: Number(serial),
    flags: Number(flags),
    path: text.get(FIELD.path) ?? '',
    interface: text.get(FIELD.interface) ?? '',
    member: text.get(FIELD.member) ?? '',
    errorName: text.get(FIELD.errorName) ?? '',
    ...(replySerial === undefined ? {} : { replySerial }),
    destination: text.get(FIELD.destination) ?? '',
    sender: text.get(FIELD.sender) ?? '',
    signature,
    readBody: () => new DBusReader(body, little).read(signature),
  };
}

function isLittleEndian(bytes: Buffer): boolean {
  const order = bytes.readUInt8(0);
  if (order !== 0x6c && order !== 0x42) throw new DBusFormatError('no message of D-Bus');
  return order === 0x6c;
}
