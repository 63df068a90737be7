/**
 * Messages of the kernel's proc connector: a netlink header, a connector header, then an operation or an
 * event (linux/netlink.h, linux/connector.h, linux/cn_proc.h), in the machine's byte order, which is little
 * endian on every platform we ship for.
 */

const NETLINK_HEADER_BYTES = 16;
const CONNECTOR_HEADER_BYTES = 20;
const DATA_OFFSET = NETLINK_HEADER_BYTES + CONNECTOR_HEADER_BYTES;
/** In an event: u32 what, u32 cpu, u64 time, then the fields of that kind of event. */
const EVENT_FIELDS_OFFSET = DATA_OFFSET + 16;
const NETLINK_DONE = 3;
const CONNECTOR_PROC_INDEX = 1;
const CONNECTOR_PROC_VALUE = 1;

const EVENT_NONE = 0;
const EVENT_FORK = 1;
const EVENT_EXEC = 2;
const EVENT_EXIT = 0x80000000;

export const OPERATION_LISTEN = 1;
export const OPERATION_IGNORE = 2;

export type ProcEvent =
  /** The kernel's answer to an operation; `error` is an errno, 0 for none. */
  | { readonly kind: 'answer'; readonly error: number }
  | { readonly kind: 'fork'; readonly pid: number; readonly parentPid: number }
  | { readonly kind: 'exec'; readonly pid: number }
  | { readonly kind: 'exit'; readonly pid: number };

export function encodeOperation(operation: number, senderPort: number): Buffer {
  const message = Buffer.alloc(DATA_OFFSET + 4);
  message.writeUInt32LE(message.byteLength, 0);
  message.writeUInt16LE(NETLINK_DONE, 4);
  message.writeUInt32LE(senderPort, 12);
  message.writeUInt32LE(CONNECTOR_PROC_INDEX, 16);
  message.writeUInt32LE(CONNECTOR_PROC_VALUE, 20);
  message.writeUInt16LE(4, 32);
  message.writeUInt32LE(operation, DATA_OFFSET);
  return message;
}

/** The event in a datagram of `length` bytes; undefined for events of no interest and foreign messages. */
export function decodeEvent(datagram: Buffer, length: number): ProcEvent | undefined {
  if (length < EVENT_FIELDS_OFFSET + 16) return undefined;
  if (
    datagram.readUInt32LE(16) !== CONNECTOR_PROC_INDEX ||
    datagram.readUInt32LE(20) !== CONNECTOR_PROC_VALUE
  ) {
    return undefined;
  }
  const thread = datagram.readUInt32LE(EVENT_FIELDS_OFFSET);
  const pid = datagram.readUInt32LE(EVENT_FIELDS_OFFSET + 4);
  switch (datagram.readUInt32LE(DATA_OFFSET)) {
    case EVENT_NONE:
      return { kind: 'answer', error: thread };
    case EVENT_FORK: {
      const childThread = datagram.readUInt32LE(EVENT_FIELDS_OFFSET + 8);
      const child = datagram.readUInt32LE(EVENT_FIELDS_OFFSET + 12);
      return childThread === child ? { kind: 'fork', pid: child, parentPid: pid } : undefined;
    }
    case EVENT_EXEC:
      return { kind: 'exec', pid };
    case EVENT_EXIT:
      return thread === pid ? { kind: 'exit', pid } : undefined;
    default:
      return undefined;
  }
}

/**
 * A socket filter (classic BPF, linux/filter.h) that lets through what `decodeEvent` knows, so that the coming and going
 * of threads never wakes us; with `onlyExecs` neither do forks and exits. BPF loads words as big endian.
 */
export function eventFilter({ onlyExecs }: { onlyExecs: boolean }): Buffer {
  const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
  const copyToIndex = 0x07; // BPF_MISC | BPF_TAX
  const jump = 0x05; // BPF_JMP | BPF_JA
  const jumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  const jumpIfEqualIndex = 0x1d; // BPF_JMP | BPF_JEQ | BPF_X
  const finish = 0x06; // BPF_RET | BPF_K
  const program: readonly (readonly [code: number, ifTrue: number, ifFalse: number, value: number])[] = [
    [load, 0, 0, DATA_OFFSET],
    [jumpIfEqual, 11, 0, swap(EVENT_EXEC)],
    [jumpIfEqual, 10, 0, swap(EVENT_NONE)],
    onlyExecs ? [jump, 0, 0, 10] : [jumpIfEqual, 5, 0, swap(EVENT_FORK)],
    [jumpIfEqual, 0, 9, swap(EVENT_EXIT)],
    // An exit: its thread and its process.
    [load, 0, 0, EVENT_FIELDS_OFFSET],
    [copyToIndex, 0, 0, 0],
    [load, 0, 0, EVENT_FIELDS_OFFSET + 4],
    [jump, 0, 0, 3],
    // A fork: the new thread and the new process.
    [load, 0, 0, EVENT_FIELDS_OFFSET + 8],
    [copyToIndex, 0, 0, 0],
    [load, 0, 0, EVENT_FIELDS_OFFSET + 12],
    [jumpIfEqualIndex, 0, 1, 0],
    [finish, 0, 0, 0xffffffff],
    [finish, 0, 0, 0],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  });
  return bytes;
}

function swap(value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.readUInt32BE();
}
