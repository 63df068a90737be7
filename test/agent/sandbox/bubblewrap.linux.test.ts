import { once } from 'node:events';
import { readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
await once(listener, 'listening');
const address = listener.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
afterAll(() => listener.close());

/** What a worker can see, told by a worker. */
const LOOK_AROUND = `
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

  it('runs at the lowest priority and leaves no core dumps', () => {
    expect(view.priority).toBe(19);
    expect(view.limits).toMatch(/^Max core file size\s+0\s/m);
  });
});
