/** The rate of Keccak-256 in bytes: longer messages take more than one block, which no leaf or node does. */
const RATE = 136;
const HASH = 32;

/** Rounds' constants, low and high half, as of the Keccak reference (section 1.2), from its shift register. */
const CONSTANTS = roundConstants();
/** Where each lane goes (π), and by how many bits it turns on the way (ρ). */
const MOVES = laneMoves();

/**
 * Keccak-256 of messages of up to 135 bytes, compiled to WebAssembly when it is made: the 64-bit arithmetic that
 * JavaScript has only in halves makes it several times faster, which counts with three million hashes an epoch.
 * https://keccak.team/files/Keccak-reference-3.0.pdf
 */
export class Keccak {
  readonly #bytes: Uint8Array;
  readonly #digest: Uint8Array;
  readonly #permute: () => void;

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(permutationModule()));
    const { memory, permute } = exports;
    if (!(memory instanceof WebAssembly.Memory) || typeof permute !== 'function') {
      throw new Error('The compiled permutation lacks its parts.');
    }
    this.#bytes = new Uint8Array(memory.buffer, 0, 200);
    this.#digest = this.#bytes.subarray(0, HASH);
    this.#permute = () => permute();
  }

  /** @param message at most 135 bytes. @param into gets the 32 bytes at `at`; may be the message. */
  hash(message: Uint8Array, into: Uint8Array, at: number): void {
    if (message.length >= RATE) throw new Error('The message does not fit into one block.');
    const state = this.#bytes;
    state.fill(0);
    state.set(message);
    state[message.length] = 0x01;
    state[RATE - 1] = (state[RATE - 1] ?? 0) | 0x80;
    this.#permute();
    into.set(this.#digest, at);
  }
}

const OP = {
  ...{ end: 0x0b, localGet: 0x20, localSet: 0x21, i32Const: 0x41, i64Const: 0x42 },
  ...{ load: 0x29, store: 0x37, and: 0x83, xor: 0x85, rotateLeft: 0x89 },
} as const;
const I64 = 0x7e;
const LANES = 25;

/** A module with a page of memory, the state at 0, and `permute`: the 24 rounds written out on local variables. */
function permutationModule(): Uint8Array<ArrayBuffer> {
  const code: number[] = [];
  const get = (local: number) => code.push(OP.localGet, local);
  const set = (local: number) => code.push(OP.localSet, local);
  const [columns, turned, moved] = [LANES, LANES + 5, LANES + 6];
  for (let lane = 0; lane < LANES; lane += 1) {
    code.push(OP.i32Const, 0, OP.load, 3, ...unsigned(8 * lane));
    set(lane);
  }
  for (const constant of CONSTANTS) {
    // θ
    for (let x = 0; x < 5; x += 1) {
      get(x);
      for (let y = 1; y < 5; y += 1) {
        get(x + 5 * y);
        code.push(OP.xor);
      }
      set(columns + x);
    }
    for (let x = 0; x < 5; x += 1) {
      get(columns + ((x + 1) % 5));
      code.push(OP.i64Const, 1, OP.rotateLeft);
      get(columns + ((x + 4) % 5));
      code.push(OP.xor);
      set(turned);
      for (let y = 0; y < 5; y += 1) {
        get(x + 5 * y);
        get(turned);
        code.push(OP.xor);
        set(x + 5 * y);
      }
    }
    // ρ and π
    for (const { from, to, bits } of MOVES) {
      get(from);
      code.push(OP.i64Const, ...signed(BigInt(bits)), OP.rotateLeft);
      set(moved + to);
    }
    // χ
    for (let lane = 0; lane < LANES; lane += 1) {
      const row = lane - (lane % 5);
      get(moved + lane);
      get(moved + row + ((lane + 1) % 5));
      code.push(OP.i64Const, ...signed(-1n), OP.xor);
      get(moved + row + ((lane + 2) % 5));
      code.push(OP.and, OP.xor);
      set(lane);
    }
    // ι
    get(0);
    code.push(OP.i64Const, ...signed(constant), OP.xor);
    set(0);
  }
  for (let lane = 0; lane < LANES; lane += 1) {
    code.push(OP.i32Const, 0);
    get(lane);
    code.push(OP.store, 3, ...unsigned(8 * lane));
  }
  const body = [1, ...unsigned(2 * LANES + 6), I64, ...code, OP.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...named('memory'), 2, 0, ...named('permute'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function named(name: string): number[] {
  return [name.length, ...Buffer.from(name)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

function signed(value: bigint): number[] {
  const low = Number(value & 127n);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
  return isLast ? [low] : [low + 128, ...signed(rest)];
}

function roundConstants(): bigint[] {
  let register = 1;
  const next = (): boolean => {
    const bit = (register & 1) === 1;
    register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    return bit;
  };
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let power = 0; power < 7; power += 1) {
      if (next()) constant |= 1n << BigInt(2 ** power - 1);
    }
    return BigInt.asIntN(64, constant);
  });
}

function laneMoves(): { from: number; to: number; bits: number }[] {
  const moves = [{ from: 0, to: 0, bits: 0 }];
  let [x, y] = [1, 0];
  for (let step = 0; step < 24; step += 1) {
    const bits = (((step + 1) * (step + 2)) / 2) % 64;
    const to = { x: y, y: (2 * x + 3 * y) % 5 };
    moves.push({ from: x + 5 * y, to: to.x + 5 * to.y, bits });
    [x, y] = [to.x, to.y];
  }
  return moves;
}
