import koffi, { type KoffiFunc } from 'koffi';
import {
  decodeEvent,
  encodeOperation,
  eventFilter,
  OPERATION_IGNORE,
  OPERATION_LISTEN,
  type ProcEvent,
} from './proc-connector-message.linux.ts';
import type { ProcReader } from './proc-reader.linux.ts';
import type { ProcessFacts, ProcessListener, ProcessWatcher } from './process-watcher.ts';

const AF_NETLINK = 16;
const SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0x80000 | 0x800;
const NETLINK_CONNECTOR = 11;
const CN_IDX_PROC = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SO_RCVBUFFORCE = 33;
const MSG_DONTWAIT = 0x40;
const ENOENT = 2;
const EINTR = 4;
const EAGAIN = 11;
const ENOBUFS = 105;

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const DATAGRAM_BYTES = 512;
const PATH_BYTES = 4096;
/** While all events are told, they are gathered for so long once the first is there: they come by twos and threes. */
const GATHER_MS = 10;
/** Without hurry they are gathered for longer: to wake up costs more than to look at what has started. */
const CALM_GATHER_MS = 200;
/** A program that was gone before it could be looked at may live on in a fork: a look for it, so much later. */
const MISSED_LOOK_DELAY_MS = 2_000;
/** After this many events the event loop gets its turn. */
const EVENTS_PER_TURN = 128;

type ProcessEvent = Exclude<ProcEvent, { kind: 'answer' }>;

/**
 * Told by the kernel of every exec, and of every fork and exit while watching closely or without hurry (netlink proc
 * connector): idle it costs nothing, and in a hurry a game is seen within a few milliseconds. Free for every user since
 * Linux 6.6, for root before.
 */
export class ProcConnectorWatcher implements ProcessWatcher {
  readonly mechanism = 'proc-connector';
  readonly #libc = loadLibc();
  readonly #reader: ProcReader;
  readonly #socket: number;
  readonly #datagram = Buffer.alloc(DATAGRAM_BYTES);
  readonly #link = Buffer.alloc(PATH_BYTES);
  readonly #onReadable = () => this.#readable();
  #listener: ProcessListener | undefined;
  #poll: ReturnType<typeof koffi.node.poll> | undefined;
  #isPolling = true;
  #open = true;
  #lost = false;
  #closely = false;
  #hurries = true;
  /** What the kernel has told is about to be read. */
  #isDue = false;
  #gatherTimer: NodeJS.Timeout | undefined;
  #missedTimer: NodeJS.Timeout | undefined;

  /** @throws Error with the reason when this machine does not offer the proc connector to this user. */
  constructor(reader: ProcReader, receiveBufferBytes = RECEIVE_BUFFER_BYTES) {
    this.#reader = reader;
    this.#socket = this.#libc.socket(AF_NETLINK, SOCK_DGRAM_CLOEXEC_NONBLOCK, NETLINK_CONNECTOR);
    if (this.#socket < 0) throw new Error(`no connector socket (errno ${koffi.errno()})`);
    try {
      this.#subscribe(receiveBufferBytes);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  start(listener: ProcessListener): void {
    this.#listener = listener;
    this.#poll = koffi.node.poll(this.#socket, { readable: true }, this.#onReadable);
  }

  watchClosely(closely: boolean): void {
    if (closely === this.#closely || !this.#open) return;
    this.#closely = closely;
    this.#attachFilter();
  }

  hurry(hurries: boolean): void {
    if (hurries === this.#hurries || !this.#open) return;
    this.#hurries = hurries;
    this.#attachFilter();
    if (hurries) this.#receive();
  }

  pids(): readonly number[] {
    return this.#reader.pids();
  }

  isRunning(pid: number): boolean {
    return this.#reader.isRunning(pid);
  }

  list(): ProcessFacts[] {
    return this.#reader.list();
  }

  read(pid: number): ProcessFacts | undefined {
    return this.#reader.read(pid);
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#gatherTimer);
    clearTimeout(this.#missedTimer);
    this.#poll?.close();
    // Kernels before 6.6 go on making messages for nobody unless told.
    const ignore = encodeOperation(OPERATION_IGNORE, process.pid);
    this.#libc.send(this.#socket, ignore, ignore.byteLength, MSG_DONTWAIT);
    this.#libc.close(this.#socket);
  }

  #subscribe(receiveBufferBytes: number): void {
    this.#setReceiveBuffer(receiveBufferBytes);
    this.#attachFilter();
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF_NETLINK, 0);
    address.writeUInt32LE(CN_IDX_PROC, 8);
    if (this.#libc.bind(this.#socket, address, address.byteLength) !== 0) {
      throw new Error(`not permitted to listen (errno ${koffi.errno()})`);
    }
    const listen = encodeOperation(OPERATION_LISTEN, process.pid);
    if (this.#libc.send(this.#socket, listen, listen.byteLength, 0) < 0) {
      throw new Error(`the subscription could not be sent (errno ${koffi.errno()})`);
    }
    this.#expectAnswer();
  }

  /** The kernel answers before `send` returns; in a container it says nothing and will tell nothing. */
  #expectAnswer(): void {
    for (;;) {
      const length = this.#libc.recv(this.#socket, this.#datagram, DATAGRAM_BYTES, MSG_DONTWAIT);
      if (length < 0) throw new Error(`the kernel does not answer (errno ${koffi.errno()})`);
      const event = decodeEvent(this.#datagram, length);
      if (event?.kind !== 'answer') continue;
      if (event.error !== 0) throw new Error(`the kernel refuses (errno ${event.error})`);
      return;
    }
  }

  /** A bigger buffer makes lost events rarer; losing some is handled, so failure here is not. */
  #setReceiveBuffer(bytes: number): void {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes);
    if (this.#libc.setsockopt(this.#socket, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) !== 0) {
      this.#libc.setsockopt(this.#socket, SOL_SOCKET, SO_RCVBUF, size, 4);
    }
  }

  #attachFilter(): void {
    const filter = eventFilter({ onlyExecs: this.#hurries && !this.#closely });
    const program = Buffer.alloc(16); // struct sock_fprog: u16 count, padding, pointer
    program.writeUInt16LE(filter.byteLength / 8, 0);
    program.writeBigUInt64LE(koffi.address(filter), 8);
    if (this.#libc.setsockopt(this.#socket, SOL_SOCKET, SO_ATTACH_FILTER, program, 16) !== 0) {
      throw new Error(`the event filter was refused (errno ${koffi.errno()})`);
    }
  }

  #readable(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // Koffi calls back outside of Node's callback scope, where promises would wait for the next event.
    if (this.#hurries && !this.#closely) setImmediate(() => this.#receive());
    else this.#gather();
  }

  /** Reads in a moment, and does not wake up before. */
  #gather(): void {
    this.#isDue = true;
    this.#setPolling(false);
    this.#gatherTimer = setTimeout(() => this.#receive(), this.#hurries ? GATHER_MS : CALM_GATHER_MS);
  }

  #setPolling(polls: boolean): void {
    if (polls === this.#isPolling) return;
    this.#isPolling = polls;
    if (polls) this.#poll?.start({ readable: true }, this.#onReadable);
    else this.#poll?.stop();
  }

  #receive(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    this.#isDue = false;
    const listener = this.#listener;
    if (!this.#open || listener === undefined) return;
    const { events, drained } = this.#read(listener);
    if (events === undefined) return;
    this.#tell(events, listener);
    // The kernel goes on dropping, and does not say so again, until its queue has been emptied.
    if (this.#lost && drained) {
      this.#lost = false;
      listener.onLost();
    }
    if (!this.#open) return;
    if (!drained) {
      this.#isDue = true;
      setImmediate(() => this.#receive());
      // Where something starts all the time, the next moment is as good as the next event.
    } else if (!this.#hurries && events.length > 0) {
      this.#gather();
    } else {
      this.#setPolling(true);
    }
  }

  #tell(events: readonly ProcessEvent[], listener: ProcessListener): void {
    const endsLeft = new Map<number, number>();
    for (const { kind, pid } of events) {
      if (kind === 'exit') endsLeft.set(pid, (endsLeft.get(pid) ?? 0) + 1);
    }
    for (const event of events) {
      const { kind, pid } = event;
      switch (kind) {
        case 'fork':
          listener.onFork(pid, event.parentPid);
          break;
        case 'exit':
          endsLeft.set(pid, (endsLeft.get(pid) ?? 1) - 1);
          listener.onEnd(pid);
          break;
        case 'exec': {
          // Its end is among the events: there is nothing to look at any more.
          const process = (endsLeft.get(pid) ?? 0) > 0 ? undefined : this.#look(pid, listener);
          if (process !== undefined) listener.onStart(process);
          else this.#lookLater(listener);
        }
      }
    }
  }

  /** Undefined: it is gone already, or may be looked at later. */
  #look(pid: number, listener: ProcessListener): ProcessFacts | undefined {
    const path = Buffer.from(`/proc/${pid}/exe\0`);
    const length = this.#libc.readlink(path, this.#link, this.#link.byteLength);
    if (length < 0) return koffi.errno() === ENOENT ? undefined : this.#reader.read(pid);
    const executable = this.#link.toString('utf8', 0, length);
    return listener.mayWait(pid, executable) ? undefined : this.#reader.read(pid);
  }

  #lookLater(listener: ProcessListener): void {
    if (!this.#open) return;
    this.#missedTimer ??= setTimeout(() => {
      this.#missedTimer = undefined;
      listener.onMissed();
    }, MISSED_LOOK_DELAY_MS);
  }

  /** What the kernel has told, in its order; no `events`: the connector broke, and the listener knows. */
  #read(listener: ProcessListener): { events: ProcessEvent[] | undefined; drained: boolean } {
    const events: ProcessEvent[] = [];
    while (events.length < EVENTS_PER_TURN) {
      const length = this.#libc.recv(this.#socket, this.#datagram, DATAGRAM_BYTES, MSG_DONTWAIT);
      if (length >= 0) {
        const event = decodeEvent(this.#datagram, length);
        if (event !== undefined && event.kind !== 'answer') events.push(event);
        continue;
      }
      const errno = koffi.errno();
      if (errno === EAGAIN) return { events, drained: true };
      if (errno === ENOBUFS) {
        this.#lost = true;
        // libuv stops polling a socket that has had an error.
        this.#isPolling = false;
      } else if (errno !== EINTR) {
        this.#setPolling(false);
        listener.onBroken(new Error(`the proc connector broke (errno ${errno})`));
        return { events: undefined, drained: false };
      }
    }
    return { events, drained: false };
  }
}

function loadLibc() {
  const library = koffi.load('libc.so.6');
  const socket: KoffiFunc<(domain: number, type: number, protocol: number) => number> = library.func(
    'int socket(int domain, int type, int protocol)',
  );
  const bind: KoffiFunc<(socket: number, address: Buffer, length: number) => number> = library.func(
    'int bind(int socket, _In_ uint8_t *address, uint32_t length)',
  );
  const setsockopt: KoffiFunc<
    (socket: number, level: number, name: number, value: Buffer, length: number) => number
  > = library.func('int setsockopt(int socket, int level, int name, _In_ uint8_t *value, uint32_t length)');
  const send: KoffiFunc<(socket: number, bytes: Buffer, length: number, flags: number) => number> =
    library.func('intptr_t send(int socket, _In_ uint8_t *bytes, size_t length, int flags)');
  const recv: KoffiFunc<(socket: number, bytes: Buffer, length: number, flags: number) => number> =
    library.func('intptr_t recv(int socket, _Out_ uint8_t *bytes, size_t length, int flags)');
  const readlink: KoffiFunc<(path: Buffer, target: Buffer, size: number) => number> = library.func(
    'intptr_t readlink(_In_ uint8_t *path, _Out_ uint8_t *target, size_t size)',
  );
  const close: KoffiFunc<(socket: number) => number> = library.func('int close(int socket)');
  return { socket, bind, setsockopt, send, recv, readlink, close };
}
