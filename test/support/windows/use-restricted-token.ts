import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import {
  RestrictedToken,
  type RestrictedTokenParts,
} from '../../../src/agent/sandbox/restricted-token.win32.ts';
import type { WrappedWorker } from '../../../src/agent/sandbox/sandbox.ts';

/**
 * Runs on Windows: starts workers of `confined-worker.ts` by the built launcher and looks at them, from inside and
 * outside; prints JSON.
 */
const [confineFolder = '', workerSource = '', workFolder = ''] = process.argv.slice(2);
// Below the native packages, as an installed program is.
const root = path.join(import.meta.dirname, 'installed');
cpSync(confineFolder, path.join(root, 'out', 'confine'), { recursive: true });
mkdirSync(path.join(root, 'out', 'workers'), { recursive: true });
writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
const entryPath = path.join(root, 'out', 'workers', 'host.js');
writeFileSync(entryPath, stripTypeScriptTypes(readFileSync(workerSource, 'utf8')));

const model = path.join(workFolder, 'model');
mkdirSync(path.join(model, 'weights'), { recursive: true });
writeFileSync(path.join(model, 'weights', 'a.bin'), 'weights');
const privateRoot = path.join(workFolder, 'private');
const parts: RestrictedTokenParts = {
  program: { nodePath: process.execPath, entryPath },
  launcherPath: path.join(root, 'out', 'confine', 'windows.js'),
  limits: { memoryBytes: 2 ** 32, temporaryBytes: 1024 * 1024 },
  privateRoot,
  required: [],
};

const strict = await RestrictedToken.create({ ...parts, required: ['low-integrity'] }).then(
  () => 'started',
  (error: Error) => error.message,
);
const sandbox = await RestrictedToken.create(parts);
const wrapped = sandbox.wrap({ modelFolder: model, gpu: { uuid: 'GPU-1', minorNumber: null } });

const plain = await look({ ...wrapped, args: [entryPath], reportsPid: false });
const talk = await converse();
const killed = await kill();
const orphan = await loseTheAgent();
const filled = await fill();
console.log(
  JSON.stringify({
    strict,
    plain,
    view: sandbox.describe(),
    talk,
    killed,
    orphan,
    filled,
    left: leftFolders(),
  }),
);
process.exit();

function leftFolders(): string[] {
  return existsSync(privateRoot) ? readdirSync(privateRoot) : [];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  const giveUpMs = Date.now() + 15_000;
  while (isRunning(pid) && Date.now() < giveUpMs) await sleep(20);
  return !isRunning(pid);
}

async function ask({ stdin, stdout }: { stdin: Writable; stdout: Readable }, line: string): Promise<unknown> {
  const answers = createInterface({ input: stdout });
  const answer = once(answers, 'line');
  stdin.write(`${line}\n`);
  const [text] = await answer;
  answers.close();
  return JSON.parse(String(text));
}

async function look(command: WrappedWorker): Promise<unknown> {
  const worker = new ConfinedProcess(command);
  worker.stderr.resume();
  const answer = await ask(worker, 'look');
  worker.stdin.end();
  await worker.exited;
  return answer;
}

/** Through the launcher alone, whose exit code is the worker's. */
async function converse() {
  const { file, args, env } = wrapped;
  const worker = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  worker.stderr.resume();
  const looks = await ask(worker, 'look');
  const text = randomBytes(100_000).toString('hex');
  const isWhole = (await ask(worker, `say ${text}`)) === text;
  worker.stdin.write('end 3221225477\n');
  const [exitCode] = await once(worker, 'close');
  return { looks, isWhole, exitCode };
}

async function kill() {
  const worker = new ConfinedProcess(wrapped);
  worker.stderr.resume();
  // Its own word for it: Wine's console keeps the launcher's report open until the launcher ends.
  const pid = Number(await ask(worker, 'pid'));
  const wasRunning = isRunning(pid);
  await worker.kill();
  return { wasRunning, isGone: await gone(pid), end: await worker.exited };
}

/** The launcher's parent is killed, while the worker's pipes stay open here. */
async function loseTheAgent() {
  const script = `require('node:child_process').spawn(${JSON.stringify(wrapped.file)}, ${JSON.stringify(wrapped.args)}, { stdio: [0, 1, 2, 3], windowsHide: true });`;
  const agent = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const { stdin, stdout } = agent;
  let report = '';
  agent.stdio[3]?.on('data', (part) => {
    report += String(part);
  });
  const answers = createInterface({ input: stdout });
  stdin.write('say hello\n');
  await once(answers, 'line');
  const pid = Number(JSON.parse(report)['child-pid']);
  const wasRunning = isRunning(pid);
  agent.kill('SIGKILL');
  return { wasRunning, isGone: await gone(pid) };
}

async function fill() {
  const worker = new ConfinedProcess(wrapped);
  let complaint = '';
  worker.stderr.on('data', (part) => {
    complaint += String(part);
  });
  const files = await ask(worker, 'fill');
  return { files, end: await worker.exited, complaint };
}
