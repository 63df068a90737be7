import { readdirSync, realpathSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcReader, parseStat } from '../../../src/agent/games/proc-reader.linux.ts';
import { ProgramFolder } from '../../support/game-process.ts';

/** Fields of `/proc/PID/stat` from the state on; `startTicks` is the 22nd of all. */
function stat(
  name: string,
  { state = 'S', flags = 0, threads = 1, startTicks = 99, parent = 1 } = {},
): string {
  const fields = [
    state,
    parent,
    1,
    1,
    0,
    -1,
    flags,
    ...Array.from({ length: 10 }, () => 0),
    threads,
    0,
    startTicks,
    0,
    0,
  ];
  return `42 (${name}) ${fields.join(' ')}\n`;
}

describe('parseStat', () => {
  it('reads name, start time and whether it runs', () => {
    expect(parseStat(stat('foo'))).toEqual({
      name: 'foo',
      parentPid: 1,
      startTicks: '99',
      kernelThread: false,
      gone: false,
    });
    expect(parseStat(stat('kworker', { flags: 0x4208060 }))?.kernelThread).toBe(true);
  });

  it('is not misled by a name with parentheses and blanks', () => {
    expect(parseStat(stat('a) S 1 (b'))).toMatchObject({ name: 'a) S 1 (b', startTicks: '99' });
  });

  it('takes a zombie for gone unless other threads of it still run', () => {
    expect(parseStat(stat('foo', { state: 'Z' }))?.gone).toBe(true);
    expect(parseStat(stat('foo', { state: 'Z', threads: 4 }))?.gone).toBe(false);
  });

  it('never throws on junk', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseStat(text)));
  });
});

describe.skipIf(process.platform !== 'linux')('ProcReader', () => {
  const reader = new ProcReader();

  it('reads a running process, and the same identity each time', async () => {
    using programs = new ProgramFolder();
    const program = programs.add('Foo Game/föö game');
    const { pid } = await programs.start(program, '30');
    const facts = reader.read(pid);
    expect(facts).toMatchObject({ pid, executable: realpathSync(program), argv: [program, '30'] });
    expect(reader.read(pid)?.identity).toBe(facts?.identity);
    expect(reader.list()).toContainEqual(facts);
  });

  it('still names a program whose file was replaced while it ran', async () => {
    using programs = new ProgramFolder();
    const program = programs.add('game');
    const path = realpathSync(program);
    const { pid } = await programs.start(program, '30');
    rmSync(program);
    expect(reader.read(pid)?.executable).toBe(path);
  });

  it('finds nothing for a pid that nobody has, and lists no kernel threads', () => {
    expect(reader.read(4_194_303)).toBeUndefined();
    const own = reader.list().find(({ pid }) => pid === process.pid);
    expect(own?.executable).toBe(realpathSync(process.execPath));
    expect(reader.list().some(({ executable }) => executable.startsWith('kworker/'))).toBe(false);
  });

  it('knows the newest pid, and a process from a thread', async () => {
    using programs = new ProgramFolder();
    const { pid } = await programs.start(programs.add('game'), '30');
    const newest = reader.newestPid() ?? 0;
    // Others may have started meanwhile, and the numbers may have begun anew.
    expect(newest === pid || newest > pid || newest < 1_000).toBe(true);
    expect(reader.isProcess(pid)).toBe(true);
    const threads = readdirSync(`/proc/${process.pid}/task`).map(Number);
    expect(threads.filter((thread) => reader.isProcess(thread))).toEqual([process.pid]);
    expect(reader.isProcess(4_194_303)).toBe(false);
  });
});
