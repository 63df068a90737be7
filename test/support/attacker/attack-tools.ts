import type childProcess from 'node:child_process';
import type dgram from 'node:dgram';
import type dns from 'node:dns/promises';
import type fs from 'node:fs';
import type http from 'node:http';
import type net from 'node:net';
import type os from 'node:os';
import type path from 'node:path';
import type { Targets } from './targets.ts';

/** An argument of a system call: bytes and texts are passed by their address, texts with a NUL at their end. */
export type Word = number | bigint | string | Uint8Array | null;

/** What an attack has at hand: all of Node, and every system call. */
export interface AttackTools {
  /** The result. @throws Error named after the error number, such as `EPERM`. */
  readonly call: (name: string, ...words: Word[]) => number;
  /** The result, or the negative error number. */
  readonly tryCall: (name: string, ...words: Word[]) => number;
  /** For calls that change nothing: these errors show that the kernel would have allowed it. @throws as `call`. */
  readonly reaches: (result: number, ...errors: string[]) => string;
  /** As `call`, by number. */
  readonly callNumbered: (number: number, ...words: Word[]) => number;
  readonly numberOf: (name: string) => number;
  /** The result of a function of `native`. @throws as `call`. */
  readonly checked: (result: number) => number;
  readonly addressOf: (bytes: Uint8Array) => bigint;
  readonly socketAddress: (target: { port: number; family?: 4 | 6 } | { path: string }) => Buffer;
  /** One iovec: the address and length of the bytes. */
  readonly vector: (bytes: Uint8Array) => Buffer;
  /** The text before the first NUL. */
  readonly textOf: (bytes: Uint8Array) => string;
  /** Of the actions the results of those that do not throw. @throws Error of the last when all do. */
  readonly some: <T>(names: readonly T[], action: (name: T) => unknown) => string;
  readonly native: NativePart;
  readonly fs: typeof fs;
  readonly net: typeof net;
  readonly dgram: typeof dgram;
  readonly dns: typeof dns;
  readonly http: typeof http;
  readonly os: typeof os;
  readonly path: typeof path;
  readonly childProcess: typeof childProcess;
  /** Where the sandbox lets a worker write. */
  readonly temporary: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** `attacker.c`. */
export interface NativePart {
  readonly systemCall: (number: number, ...words: bigint[]) => number;
  readonly callNumber: (name: string) => number;
  readonly addressOf: (bytes: Uint8Array) => bigint;
  readonly call32Bit: (number: number, first: number, second: number, third: number) => number;
  readonly forkMany: (count: number) => number;
  readonly threadMany: (count: number) => number;
  readonly fillMemory: (bytes: number, holdMs: number) => number;
  readonly hideMemory: (bytes: number, holdMs: number) => number;
  readonly runDescriptor: (descriptor: number, first: string, second: string, third: string) => number;
  readonly cloneWith: (flags: number) => number;
  readonly peek: (address: bigint) => bigint;
}

/** Runs inside; its result goes out as a text. It is sent as source: it may use its arguments only, of which `given` is the attempt's own. */
export type AttackCode = (tools: AttackTools, targets: Targets, given: string) => unknown;
