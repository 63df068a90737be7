import type { PipeApi, PipeState } from '../../src/gpu/helper/windows/pipe-api.ts';

interface Pipe {
  state: PipeState;
  readonly incoming: Buffer[];
  outgoing: string;
  isGone: boolean;
}

/** Windows' named pipes of one name, as far as the helper's side sees them. */
export class FakePipes implements PipeApi {
  readonly open = new Map<bigint, Pipe>();
  readonly made: { name: string; security: string; instances: number; isFirst: boolean }[] = [];
  /** Another program has made a pipe of the name. */
  isTaken = false;
  /** How many bytes Windows takes at once. */
  room = Number.POSITIVE_INFINITY;
  #next = 1n;

  create(options: { name: string; security: string; instances: number; isFirst: boolean }): bigint {
    if (this.isTaken && options.isFirst) throw new Error('CreateNamedPipe failed (error 5).');
    if (this.open.size >= options.instances) throw new Error('CreateNamedPipe failed (error 231).');
    this.made.push(options);
    this.open.set(this.#next, { state: 'waiting', incoming: [], outgoing: '', isGone: false });
    this.#next += 1n;
    return this.#next - 1n;
  }

  state(pipe: bigint): PipeState {
    return this.#get(pipe).state;
  }

  read(pipe: bigint): Buffer | undefined {
    const { incoming, isGone } = this.#get(pipe);
    return incoming.shift() ?? (isGone ? undefined : Buffer.alloc(0));
  }

  write(pipe: bigint, bytes: Buffer): number | undefined {
    const at = this.#get(pipe);
    if (at.isGone) return undefined;
    const taken = bytes.subarray(0, this.room);
    at.outgoing += taken.toString();
    return taken.length;
  }

  close(pipe: bigint): void {
    if (!this.open.delete(pipe)) throw new Error('A handle is closed twice.');
  }

  /** A client opens the pipe. @returns What it sees. */
  connect(): Pipe {
    const free = [...this.open.values()].find(({ state }) => state === 'waiting');
    if (free === undefined) throw new Error('All instances are busy.');
    free.state = 'connected';
    return free;
  }

  #get(pipe: bigint): Pipe {
    const found = this.open.get(pipe);
    if (found === undefined) throw new Error('A handle is used after it was closed.');
    return found;
  }
}
