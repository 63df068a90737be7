import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import { builtLauncher, builtWorker } from '../../support/built-program.ts';
import { demoModel, heldOutDigits } from '../../support/demo-models.ts';
import { isAlive } from '../../support/process-tree.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const launcherPath = isLinux ? await builtLauncher('linux.js') : '';
const AGENT = path.resolve(import.meta.dirname, '../../support/landlock-agent.ts');
const NOBODY = 65534;

const folder = temporaryFolder();
// For an ordinary user too.
chmodSync(folder.path, 0o755);
afterAll(() => folder[Symbol.dispose]());

/** What a worker can do, told by a worker. */
const LOOK_AROUND = `
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { spawnSync } from 'node:child_process';
const attempt = (action) => { try { return action() ?? 'allowed'; } catch (error) { return error.code ?? error.name; } };
const port = Number(fs.readFileSync(0, 'latin1'));
const connect = () => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => resolve('connected'));
  socket.on('error', (error) => resolve(error.code));
});
console.log(JSON.stringify({
  descriptors: [...Array(64).keys()].filter((fd) => { try { const of = fs.fstatSync(fd); return of.isFile() || of.isDirectory() || of.isSocket(); } catch { return false; } }),
  reads: ['/etc/passwd', '/etc/hostname', '/proc/version', '/proc/1/stat', '/proc/self/net/tcp', '/proc/self/environ', SECRET].map((file) => attempt(() => fs.readFileSync(file).length)),
  lists: ['/', '/proc', '/home', '/tmp', '/etc', ${JSON.stringify(homedir())}].map((file) => attempt(() => fs.readdirSync(file).length)),
  own: [MODEL + '/weights', import.meta.filename].map((file) => attempt(() => fs.readFileSync(file).length > 0 && 'read')),
  writes: ['/x', '/tmp/x', '/dev/shm/x', MODEL + '/x', import.meta.filename, '/dev/mem'].map((file) => attempt(() => fs.writeFileSync(file, ''))),
  temporary: ['made', 'made'].map((name) => attempt(() => fs.writeFileSync(name, 'x'))),
  removes: attempt(() => fs.rmSync('made')),
  links: attempt(() => fs.symlinkSync('/etc/passwd', 'link')),
  large: attempt(() => fs.writeFileSync('large', Buffer.alloc(300 * 1024 * 1024))),
  folderIsPrivate: (fs.statSync('.').mode & 0o77) === 0,
  folder: process.cwd(),
  network: await connect(),
  agent: attempt(() => process.kill(process.ppid, 0)),
  programs: ['/bin/sh', '/usr/bin/true'].map((file) => spawnSync(file).error?.code),
  modes: [MODEL + '/weights', import.meta.filename, 'made'].map((file) => attempt(() => fs.fchmodSync(fs.openSync(file), 0o777))),
  env: Object.keys(process.env),
  user: [process.getuid(), process.getgid()],
  root: attempt(() => process.setuid(0)),
  priority: os.getPriority(0),
  status: fs.readFileSync('/proc/self/status', 'utf8'),
}));
`;

const viewSchema = z.object({
  reads: z.array(z.unknown()),
  lists: z.array(z.unknown()),
  own: z.array(z.string()),
  writes: z.array(z.string()),
  temporary: z.array(z.string()),
  removes: z.string(),
  links: z.string(),
  large: z.string(),
  folderIsPrivate: z.boolean(),
  folder: z.string(),
  network: z.string(),
  agent: z.string(),
  programs: z.array(z.string()),
  modes: z.array(z.string()),
  env: z.array(z.string()),
  user: z.array(z.number()),
  root: z.unknown(),
  priority: z.number(),
  status: z.string(),
  descriptors: z.array(z.number()),
});

function startAgent(asOrdinaryUser: boolean, entryPath: string, modelFolder: string): ChildProcess {
  const args = ['--conditions=source', AGENT, process.execPath, launcherPath, entryPath, modelFolder];
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  return asOrdinaryUser
    ? spawn('/usr/bin/setpriv', [...user, process.execPath, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    : spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function program(name: string, script: string): { entryPath: string; modelFolder: string } {
  const modelFolder = path.join(folder.path, name, 'model');
  mkdirSync(modelFolder, { recursive: true });
  writeFileSync(path.join(modelFolder, 'weights'), 'of the model');
  const secret = path.join(folder.path, 'secret');
  writeFileSync(secret, 'of the user', { mode: 0o644 });
  const names = `const MODEL = ${JSON.stringify(modelFolder)}; const SECRET = ${JSON.stringify(secret)};`;
  const { entryPath } = scriptedWorker(path.join(folder.path, name), `${names}\n${script}`);
  return { entryPath, modelFolder };
}

async function lookAround(asOrdinaryUser: boolean): Promise<z.infer<typeof viewSchema>> {
  const { entryPath, modelFolder } = program(`look-${asOrdinaryUser}`, LOOK_AROUND);
  const agent = startAgent(asOrdinaryUser, entryPath, modelFolder);
  const [view = '', ...end] = (await text(agent.stdout ?? Readable.from([]))).split('\n');
  expect(end.join('')).toContain('exit code 0');
  return viewSchema.parse(JSON.parse(view));
}

/** Whether another user may read this checkout. */
const nobodyReads =
  isRoot &&
  spawn('/usr/bin/setpriv', ['--reuid', String(NOBODY), '--clear-groups', '/usr/bin/test', '-r', AGENT]);
const canBeNobody = nobodyReads !== false && (await once(nobodyReads, 'close'))[0] === 0;

describe.runIf(isLinux).each([
  { who: 'of root', asOrdinaryUser: false, can: isRoot },
  { who: 'of an ordinary user', asOrdinaryUser: isRoot, can: !isRoot || canBeNobody },
])('Landlock for a worker $who', ({ asOrdinaryUser, can }) => {
  const seen = can ? lookAround(asOrdinaryUser) : undefined;
  seen?.catch(() => {});

  it.runIf(can)('opens no file but its program, its libraries and its model', async () => {
    const view = await seen;
    expect(view?.own).toEqual(['read', 'read']);
    expect(new Set(view?.reads)).toEqual(new Set(['EACCES']));
    for (const outcome of view?.lists ?? []) expect(['EACCES', 'ENOENT']).toContain(outcome);
    for (const outcome of view?.writes ?? []) expect(['EACCES', 'ENOENT', 'EPERM']).toContain(outcome);
  });

  it.runIf(can)('writes in a private folder only, removes nothing there, and makes no links', async () => {
    const view = await seen;
    expect(view?.temporary).toEqual(['allowed', 'allowed']);
    expect(view?.folderIsPrivate).toBe(true);
    expect([view?.removes, view?.links]).toEqual(['EACCES', 'EPERM']);
    // The files are the user's, and so are their permissions.
    expect(view?.modes).toEqual(['EPERM', 'EPERM', 'EPERM']);
    expect(view?.large).toBe('EFBIG');
    expect(existsSync(view?.folder ?? '/')).toBe(false);
  });

  it.runIf(can)('reaches neither the network nor the agent, and starts no program', async () => {
    const view = await seen;
    expect(view?.network).not.toBe('connected');
    expect(['EPERM', 'ESRCH']).toContain(view?.agent);
    expect(view?.programs).toEqual(['EPERM', 'EPERM']);
  });

  it.runIf(can)('has no rights, no environment, no open files and the lowest priority', async () => {
    const view = await seen;
    expect(view?.user).toEqual([NOBODY, NOBODY]);
    if (isRoot && !asOrdinaryUser) expect(view?.status).toMatch(/^CapBnd:\s+0+$/m);
    expect(view?.status).toMatch(/^CapEff:\s+0+$/m);
    expect(view?.status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(view?.status).toMatch(/^Seccomp:\s+2$/m);
    expect(view?.status).toMatch(/^SigBlk:\s+0+$/m);
    expect(view?.root).toBe('EPERM');
    expect(view?.env).toEqual(['TMPDIR']);
    // Files, folders and sockets: the agent's pipes and nothing else.
    expect(view?.descriptors).toEqual([0, 1, 2]);
    expect(view?.priority).toBe(19);
  });
});

describe.runIf(isLinux)('Landlock', () => {
  it('lets a worker die with an agent that was killed', async () => {
    const script = 'console.log(process.pid); setInterval(() => {}, 1000);';
    const { entryPath, modelFolder } = program('stay', script);
    const agent = startAgent(false, entryPath, modelFolder);
    const [line] = await once(agent.stdout ?? agent, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    agent.kill('SIGKILL');
    await once(agent, 'close');
    while (isAlive(pid)) await sleep(10);
    // What it left is removed by the next agent.
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`gata-worker-${agent.pid}-`));
    expect(left()).toHaveLength(1);
    await chooseSandbox({ program: await builtWorker(), mechanisms: ['landlock'] });
    expect(left()).toEqual([]);
  });

  it('runs every task of the demo models', async () => {
    const sandbox = await chooseSandbox({ program: await builtWorker(), mechanisms: ['landlock'] });
    const start = createWorkerStarter({ sandbox, providers: ['cpu'], logger: pino({ level: 'silent' }) });
    const options = { threads: 1, allowUnsandboxed: false, gpu: null, signal: new AbortController().signal };
    const [digit] = heldOutDigits();
    await using image = await start(demoModel('digits'), options);
    expect(image.mechanism).toBe('landlock');
    const classified = await image.run({
      input: { kind: 'image.classify', image: digit?.png ?? new Uint8Array(), topK: 1 },
    });
    expect(classified.output).toMatchObject({ labels: [{ label: digit?.label }] });
    const inputs = {
      pixel_values: { type: 'float32' as const, dims: [1, 1, 8, 8], data: new Uint8Array(64 * 4) },
    };
    const raw = await image.run({ input: { kind: 'onnx.run', inputs } });
    expect(raw.output).toMatchObject({ outputs: { logits: { dims: [1, 10] } } });

    await using chat = await start(demoModel('npc-chat'), options);
    const sampling = { temperature: 0, topP: 1, topK: 0, minTokens: 20, maxTokens: 20, stop: [] };
    const prompt = { messages: [{ role: 'user' as const, content: 'Hello!' }] };
    const generated = await chat.run({ input: { kind: 'text.generate', prompt, sampling } });
    expect(generated.output).toMatchObject({ kind: 'text.generate', finishReason: 'length' });
    const embedded = await chat.run({ input: { kind: 'embedding', texts: ['a', 'b'] } });
    expect(embedded.output).toMatchObject({ kind: 'embedding', dimensions: 256 });
  });
});
