import { once } from 'node:events';
import { readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { ConfinedProcess, type ProcessEnd } from '../../../src/agent/sandbox/confined-process.ts';
import type { WorkerCommand } from '../../../src/agent/sandbox/sandbox.ts';
import { TASK_KINDS, taskInputSchema } from '../../../src/shared/task.ts';
import { builtWorker } from '../../support/built-program.ts';
import { demoModel, heldOutDigits } from '../../support/demo-models.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type CallToMake, linesFor, SystemCallMaker } from './seccomp/system-call-maker.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
await once(listener, 'listening');
const address = listener.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
afterAll(() => listener.close());

/** What a worker can see, told by a worker. */
const LOOK_AROUND = `
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
const attempt = (action) => { try { return action() ?? 'allowed'; } catch (error) { return error.code ?? error.name; } };
const filesOf = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const file = path.join(folder, entry.name);
  if (['/proc', '/sys', '/dev'].includes(file)) return [file];
  return entry.isDirectory() ? filesOf(file) : [file];
});
const writableIn = (file) => {
  const own = attempt(() => fs.closeSync(fs.openSync(file, 'a'))) === 'allowed' ? [file] : [];
  const inside = attempt(() => fs.readdirSync(file));
  return [...own, ...(Array.isArray(inside) ? inside.flatMap((name) => writableIn(file + '/' + name)) : [])];
};
const connect = () => new Promise((resolve) => {
  const socket = net.connect(${port}, '127.0.0.1', () => resolve('connected'));
  socket.on('error', (error) => resolve(error.code));
});
console.log(JSON.stringify({
  files: filesOf('/'),
  env: process.env,
  user: [process.getuid(), process.getgid()],
  hostname: os.hostname(),
  pids: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)),
  interfaces: attempt(() => Object.keys(os.networkInterfaces()).join()),
  passwd: attempt(() => fs.readFileSync('/etc/passwd')),
  home: attempt(() => fs.readdirSync(${JSON.stringify(homedir())})),
  writes: ['/x', '/app/x', '/model/x', '/dev/x', '/dev/shm/x', '/app/out/workers/x'].map((file) => attempt(() => fs.writeFileSync(file, ''))),
  temporary: attempt(() => fs.writeFileSync('/tmp/x', 'x')),
  temporaryBytes: Number(fs.statfsSync('/tmp', { bigint: true }).blocks * fs.statfsSync('/tmp', { bigint: true }).bsize),
  network: await connect(),
  priority: os.getPriority(0),
  limits: fs.readFileSync('/proc/self/limits', 'utf8'),
  status: fs.readFileSync('/proc/self/status', 'utf8'),
  devices: fs.readdirSync('/dev'),
  kernel: ['/proc/kallsyms', '/proc/keys', '/proc/config.gz', '/proc/cmdline', '/proc/interrupts', '/proc/timer_list'].map((file) => attempt(() => fs.readFileSync(file, 'utf8'))),
  writableOfKernel: fs.readdirSync('/proc').filter((name) => !/^(\\d+|self|thread-self|net|mounts)$/.test(name)).flatMap((name) => writableIn('/proc/' + name)),
  mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\\n'),
  spawned: spawnSync('/app/node', ['--version']).error?.code,
  descriptors: fs.readdirSync('/proc/self/fd').map(Number).filter((fd) => fd > 2).map((fd) => attempt(() => fs.readlinkSync('/proc/self/fd/' + fd))),
}));
`;

const viewSchema = z.object({
  files: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  user: z.array(z.number()),
  hostname: z.string(),
  pids: z.array(z.string()),
  interfaces: z.string(),
  passwd: z.string(),
  home: z.string(),
  writes: z.array(z.string()),
  temporary: z.string(),
  temporaryBytes: z.number(),
  network: z.string(),
  priority: z.number(),
  limits: z.string(),
  status: z.string(),
  devices: z.array(z.string()),
  kernel: z.array(z.string()),
  writableOfKernel: z.array(z.string()),
  mounts: z.array(z.string()),
  spawned: z.string(),
  descriptors: z.array(z.string()),
});

async function lookAround(): Promise<z.infer<typeof viewSchema>> {
  const program = scriptedWorker(folder.path, LOOK_AROUND);
  const model = `${folder.path}/a-model`;
  scriptedWorker(model, '');
  writeFileSync(`${folder.path}/secret`, 'not for workers');
  const sandbox = await Bubblewrap.create('/usr/bin/bwrap', program);
  const worker = new ConfinedProcess(sandbox.wrap({ modelFolder: model }));
  const [seen, complaints, end] = await Promise.all([
    text(worker.stdout),
    text(worker.stderr),
    worker.exited,
  ]);
  if (end.detail !== 'exit code 0') throw new Error(`${end.detail}: ${complaints}`);
  return viewSchema.parse(JSON.parse(seen));
}

const view = await lookAround();

describe('Bubblewrap', () => {
  it('shows a worker its program, its libraries and its model, and no other file', () => {
    const others = view.files.filter((file) => !/^\/(usr\/)?lib(64)?\/[^/]*(\/[^/]*)?\.so[.\d]*$/.test(file));
    expect(others.filter((file) => !/\.so[.\d]*$/.test(file)).sort()).toEqual([
      '/app/node',
      '/app/out/workers/host.js',
      '/app/package.json',
      '/dev',
      '/model/out/workers/host.js',
      '/model/package.json',
      '/proc',
      '/sys',
    ]);
  });

  it('hides the user, the machine and other processes', () => {
    expect(view.passwd).toBe('ENOENT');
    expect(view.home).toBe('ENOENT');
    expect(view.hostname).not.toBe(hostname());
    expect(view.user).toEqual([65534, 65534]);
    expect(view.pids).toEqual(['1']);
  });

  it('has no network, not even to this machine', () => {
    expect(view.network).not.toBe('connected');
    expect(view.interfaces).toBe('ERR_SYSTEM_ERROR');
  });

  it('passes no environment', () => {
    expect(Object.keys(view.env)).toEqual(['PWD']);
  });

  it('lets a worker write in a private /tmp of limited size only', () => {
    for (const outcome of view.writes) expect(['EROFS', 'EACCES', 'ENOENT']).toContain(outcome);
    expect(view.temporary).toBe('allowed');
    expect(view.temporaryBytes).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  it('gives no capabilities, no new privileges and no open files', () => {
    expect(view.status).toMatch(/^CapEff:\s+0+$/m);
    expect(view.status).toMatch(/^CapBnd:\s+0+$/m);
    expect(view.status).toMatch(/^NoNewPrivs:\s+1$/m);
    const opened = view.descriptors.filter((target) => target.startsWith('/') && target !== '/dev/null');
    expect(opened).toEqual([]);
    expect(view.descriptors).not.toContain(readlinkSync('/proc/self/fd/0'));
  });

  it('shows nothing of the kernel that would help to attack it, and lets none of its settings be changed', () => {
    for (const read of view.kernel) expect(['', 'EACCES', 'ENOENT']).toContain(read);
    expect(view.writableOfKernel).toEqual([]);
  });

  it('has no terminals and no devices but those that every program needs', () => {
    expect(view.devices.sort()).toEqual(['null', 'random', 'urandom', 'zero']);
  });

  it('mounts nothing with set-user-id programs, and devices nowhere but in /dev', () => {
    const mounts = view.mounts.map((line) => line.split(' '));
    expect(mounts.length).toBeGreaterThan(5);
    for (const [, , , , place = '', options = ''] of mounts) {
      expect([place, options]).toEqual([place, expect.stringContaining('nosuid')]);
      if (!place.startsWith('/dev/')) {
        expect([place, options]).toEqual([place, expect.stringContaining('nodev')]);
      }
    }
  });

  it('starts no second program, and filters system calls', () => {
    expect(view.spawned).toBe('EPERM');
    expect(view.status).toMatch(/^Seccomp:\s+2$/m);
  });

  it('runs at the lowest priority and leaves no core dumps', () => {
    expect(view.priority).toBe(19);
    expect(view.limits).toMatch(/^Max core file size\s+[01]\s/m);
  });
});

/** Runs a script as a worker, to its end. */
async function runScript(script: string, command: WorkerCommand = {}): Promise<string> {
  using own = temporaryFolder();
  const sandbox = await Bubblewrap.create('/usr/bin/bwrap', scriptedWorker(own.path, script));
  if (command.program === 'self-test') {
    writeFileSync(path.join(own.path, 'out/workers/self-test.js'), "console.log('tests itself');");
  }
  const worker = new ConfinedProcess(sandbox.wrap(command));
  worker.stderr.resume();
  const [said, end] = await Promise.all([text(worker.stdout), worker.exited]);
  return `${said}${end.detail}`;
}

describe('A worker in bubblewrap', () => {
  it('stays under the filter when it becomes another program', async () => {
    const script = `
      import { spawnSync } from 'node:child_process';
      import { readFileSync } from 'node:fs';
      if (process.argv[2] === undefined) process.execve('/app/node', ['/app/node', process.argv[1], 'again'], {});
      const status = readFileSync('/proc/self/status', 'utf8');
      console.log(/^Seccomp:\\s+(.*)$/m.exec(status)[1], /^NoNewPrivs:\\s+(.*)$/m.exec(status)[1]);
      console.log(spawnSync('/app/node', ['--version']).error?.code);
      try { process.kill(2, 0); } catch (error) { console.log(error.code); }`;
    expect(await runScript(script)).toBe('2 1\nEPERM\nEPERM\nexit code 0');
  });

  it('runs the self-test in its stead when told to', async () => {
    expect(await runScript('', { program: 'self-test' })).toBe('tests itself\nexit code 0');
  });

  it('has the three pipes and no other descriptor, and can signal itself only', async () => {
    const { said } = await makeInside([
      { call: 'kill', args: [1, 0] },
      { call: 'kill', args: [2, 0] },
    ]);
    expect(said).toBe(`descriptors 0 1 2\nkill ok\nkill errno 1\n`);
  });

  it.each(['ptrace', 'mount', 'bpf', 'unshare', 'keyctl', 'userfaultfd'])(
    'is ended by %s, and its end says so',
    async (call) => {
      const { said, end } = await makeInside([{ call }]);
      expect(said).toBe('descriptors 0 1 2\n');
      expect(end.detail).toBe('ended by signal 31');
      expect(end.wasKilled).toBe(false);
    },
  );

  it('does jobs of every kind', async () => {
    const sandbox = await Bubblewrap.create('/usr/bin/bwrap', await builtWorker());
    const start = createWorkerStarter({ sandbox, providers: ['cpu'], logger: pino({ level: 'silent' }) });
    const png = heldOutDigits()[0]?.png;
    const jobs = {
      'npc-chat': [
        { kind: 'text.generate', prompt: { text: 'Hello' }, sampling: { maxTokens: 5 } },
        { kind: 'embedding', texts: ['Where is the dragon?'] },
      ],
      digits: [
        { kind: 'image.classify', image: png },
        {
          kind: 'onnx.run',
          inputs: { pixel_values: { type: 'float32', dims: [1, 1, 8, 8], data: new Uint8Array(256) } },
        },
      ],
    };
    const done: string[] = [];
    for (const id of ['npc-chat', 'digits'] as const) {
      await using worker = await start(demoModel(id), {
        threads: 1,
        allowUnsandboxed: false,
        gpu: null,
        signal: new AbortController().signal,
      });
      for (const job of jobs[id]) {
        const { output } = await worker.run({ input: taskInputSchema.parse(job) });
        done.push(output.kind);
      }
    }
    expect(done.sort()).toEqual([...TASK_KINDS].sort());
  });

  it('is kept from all that the user is told of', async () => {
    const sandbox = await Bubblewrap.create('/usr/bin/bwrap', scriptedWorker(folder.path, ''));
    const { protections } = sandbox.describe();
    expect(protections.map(({ code }) => code)).toEqual([
      ...['files', 'network', 'other-processes', 'environment', 'system-calls', 'devices'],
      ...['administrator-rights', 'new-programs', 'windows-and-input', 'disk-space'],
    ]);
    expect(protections.every(({ enforced }) => enforced)).toBe(true);
  });
});

/** Makes system calls in the worker's place. */
async function makeInside(calls: readonly CallToMake[]): Promise<{ said: string; end: ProcessEnd }> {
  using own = temporaryFolder();
  const { file } = await SystemCallMaker.build(own.path);
  const { entryPath } = scriptedWorker(own.path, '');
  const sandbox = await Bubblewrap.create('/usr/bin/bwrap', { nodePath: file, entryPath });
  const worker = new ConfinedProcess(sandbox.wrap({}));
  worker.stderr.resume();
  worker.stdin.end(linesFor(calls));
  const [said, end] = await Promise.all([text(worker.stdout), worker.exited]);
  return { said, end };
}
