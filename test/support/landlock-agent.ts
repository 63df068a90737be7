import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { ConfinedProcess } from '../../src/agent/sandbox/confined-process.ts';
import { Landlock } from '../../src/agent/sandbox/landlock.linux.ts';
import { landlockFilter } from '../../src/agent/sandbox/landlock-filter.ts';

/**
 * An agent in small, for tests that start it as another user or kill it: `node landlock-agent.ts NODE LAUNCHER
 * PROGRAM MODEL`. Runs the program in Landlock and prints what that printed, followed by how it ended; the port of a
 * listener of its own is the program's input.
 */
const [nodePath = '', launcherPath = '', entryPath = '', modelFolder] = process.argv.slice(2);
const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
await new Promise((resolve) => listener.once('listening', resolve));
const address = listener.address();
const sandbox = await Landlock.create({
  program: { nodePath, entryPath },
  launcherPath,
  filter: (ownPid) =>
    landlockFilter({ architecture: process.arch === 'arm64' ? 'arm64' : 'x64', ownPid, cuda: false }),
});
const worker = new ConfinedProcess(sandbox.wrap({ modelFolder }));
worker.stdin.end(typeof address === 'object' && address !== null ? String(address.port) : '');
// A worker that stays tells its pid at once.
worker.stdout.on('data', (part: Buffer) => process.stdout.write(part));
const [complaint, end] = await Promise.all([text(worker.stderr), worker.exited]);
process.stdout.write(`\n${JSON.stringify({ ...end, complaint, pid: process.pid })}\n`);
listener.close();
