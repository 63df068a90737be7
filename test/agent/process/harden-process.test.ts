import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AGENT_NODE_FLAGS } from '../../../src/shared/agent-runtime.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MODULE = join(import.meta.dirname, '../../../src/agent/process/harden-process.ts');
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
/** Hardens itself, says so, and waits for its end. */
const PROGRAM = `
  const { hardenProcess } = await import(${JSON.stringify(MODULE)});
  const logger = { warn: (fields, line) => console.log(line, fields.err) };
  await hardenProcess(logger);
  const { spawnSync } = await import('node:child_process');
  const child = spawnSync('/bin/sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' });
  const files = spawnSync('/bin/ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' }).stdout;
  console.log(JSON.stringify({ childCoreLimit: child.stdout.trim(), proto: String({}.__proto__), files }));
  process.stdin.resume();`;

describe.skipIf(process.platform !== 'linux')('a hardened process', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  async function started(asNobody = false, inherited: readonly number[] = []) {
    const node = [process.execPath, ...AGENT_NODE_FLAGS, '--input-type=module', '-e', PROGRAM];
    const [file = '', ...args] = asNobody ? [...AS_NOBODY, ...node] : node;
    const child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'inherit', ...inherited],
    });
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('spawn gave no pipes');
    const [line] = await once(stdout, 'data');
    return {
      pid: child.pid ?? 0,
      said: JSON.parse(String(line)),
      [Symbol.asyncDispose]: async () => {
        stdin.end();
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    };
  }

  test('leaves no core dumps, nor do the programs that it starts', async () => {
    await using program = await started();
    expect(program.said).toMatchObject({ childCoreLimit: '0', proto: 'undefined' });
    const limits = readFileSync(`/proc/${program.pid}/limits`, 'utf8');
    expect(limits).toMatch(/^Max core file size\s+1\s+1\s/m);
  });

  test('passes on nothing that it was started with', async () => {
    const file = openSync(join(folder.path, 'secret'), 'w');
    try {
      // As a program that closes nothing would start the agent.
      const inherited = Array.from({ length: 40 }, () => file);
      await using program = await started(false, inherited);
      expect(readdirSync(`/proc/${program.pid}/fd`).length).toBeGreaterThan(40);
      expect(program.said.files).not.toContain('secret');
    } finally {
      closeSync(file);
    }
  });

  // Only root can become another user, and the sources must be readable to it.
  test.skipIf(process.getuid?.() !== 0)('cannot be looked into by other programs of its user', async () => {
    await using program = await started(true);
    // Its entries in /proc are root's, so that only root may read its memory or trace it.
    expect(statSync(`/proc/${program.pid}/environ`).uid).toBe(0);
    expect(statSync(`/proc/${program.pid}/mem`).uid).toBe(0);
    const [file = '', ...args] = [...AS_NOBODY, 'cat', `/proc/${program.pid}/environ`];
    const peer = spawn(file, args, { stdio: 'ignore' });
    const [code] = await once(peer, 'exit');
    expect(code).not.toBe(0);
  });

  test('opens no debugger for whoever sends it SIGUSR1', async () => {
    await using program = await started();
    // Node would catch the signal, and listen on 9229.
    const caught = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1];
    expect(BigInt(`0x${caught}`) & (1n << BigInt(constants.signals.SIGUSR1 - 1))).toBe(0n);
    process.kill(program.pid, 'SIGUSR1');
  });
});
