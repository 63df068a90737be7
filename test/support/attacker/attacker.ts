import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns/promises';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os, { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { getSystemErrorName } from 'node:util';
import type { AttackCode, AttackTools, NativePart, Word } from './attack-tools.ts';

// gata-test-attacker: runs in a worker's place and evaluates what it is sent, one JSON text per line. No release
// holds this file: a test looks for the name above.

function loadNativePart(): NativePart {
  const addon: { exports: NativePart | Record<string, never> } = { exports: {} };
  process.dlopen(addon, path.join(import.meta.dirname, 'attacker.node'));
  const loaded = addon.exports;
  if (!isNativePart(loaded)) throw new Error('The native part is not what it should be.');
  return loaded;
}

function isNativePart(loaded: NativePart | Record<string, never>): loaded is NativePart {
  return typeof loaded.systemCall === 'function';
}

const native = loadNativePart();

function wordOf(word: Word): bigint {
  if (word === null) return 0n;
  if (typeof word === 'bigint') return BigInt.asUintN(64, word);
  if (typeof word === 'number') return BigInt.asUintN(64, BigInt(word));
  return native.addressOf(typeof word === 'string' ? Buffer.from(`${word}\0`) : word);
}

function tryNumbered(number: number, words: readonly Word[]): number {
  // Texts become bytes here, so that they live as long as the call.
  const kept = words.map((word) => (typeof word === 'string' ? Buffer.from(`${word}\0`) : word));
  const result = native.systemCall(number, ...kept.map(wordOf));
  return kept.length === words.length ? result : -1;
}

function checked(result: number): number {
  if (result < 0) throw new Error(getSystemErrorName(result));
  return result;
}

function reaches(result: number, ...errors: string[]): string {
  const name = result < 0 ? getSystemErrorName(result) : 'no error';
  if (result < 0 && !errors.includes(name)) throw new Error(name);
  return `allowed (${name})`;
}

function numberOf(name: string): number {
  const number = native.callNumber(name);
  if (number < 0) throw new Error(`attacker.c does not know ${name}`);
  return number;
}

function socketAddress(target: { port: number; family?: 4 | 6 } | { path: string }): Buffer {
  if ('path' in target) {
    const bytes = Buffer.from(target.path.startsWith('\0') ? target.path : `${target.path}\0`);
    const head = Buffer.alloc(2);
    head.writeUInt16LE(1);
    return Buffer.concat([head, bytes]);
  }
  const address = Buffer.alloc(target.family === 6 ? 28 : 16);
  address.writeUInt16LE(target.family === 6 ? 10 : 2, 0);
  address.writeUInt16BE(target.port, 2);
  if (target.family === 6) address[23] = 1;
  else address.set([127, 0, 0, 1], 4);
  return address;
}

function vector(bytes: Uint8Array): Buffer {
  const pair = Buffer.alloc(16);
  pair.writeBigUInt64LE(native.addressOf(bytes), 0);
  pair.writeBigUInt64LE(BigInt(bytes.byteLength), 8);
  return pair;
}

function some<T>(names: readonly T[], action: (name: T) => unknown): string {
  const got: string[] = [];
  let last: unknown = new Error('there is none');
  for (const name of names) {
    try {
      got.push(`${name}: ${action(name)}`);
    } catch (error) {
      last = error;
    }
  }
  if (got.length === 0) throw last;
  return got.join('; ');
}

const tools: AttackTools = {
  call: (name, ...words) => checked(tryNumbered(numberOf(name), words)),
  tryCall: (name, ...words) => tryNumbered(numberOf(name), words),
  reaches,
  callNumbered: (number, ...words) => checked(tryNumbered(number, words)),
  numberOf,
  checked,
  addressOf: native.addressOf,
  socketAddress,
  vector,
  textOf: (bytes) => Buffer.from(bytes).toString('latin1').split('\0')[0] ?? '',
  some,
  native,
  fs,
  net,
  dgram,
  dns,
  http,
  os,
  path,
  childProcess,
  temporary: os.tmpdir(),
  sleep: (milliseconds) => sleep(milliseconds),
};

async function answer(line: string): Promise<object> {
  const { source, targets, given } = JSON.parse(line);
  try {
    // To evaluate what it is sent is what this program is for.
    const code: AttackCode = new Function(`return (${source})`)();
    return { ok: true, value: String(await code(tools, targets, given)).slice(0, 4000) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    return { ok: false, value: code ?? (error instanceof Error ? error.message : String(error)) };
  }
}

const reply = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

// A broken attack must not end the program as a crash that looks like a defence.
process.on('uncaughtException', (error) => reply({ ok: false, value: `uncaught: ${error.message}` }));
process.on('SIGXFSZ', () => {});

reply({ ready: true, user: process.getuid?.() ?? -1, errors: Object.keys(constants.errno).length });
for await (const line of createInterface({ input: process.stdin })) reply(await answer(line));
process.exit(0);
