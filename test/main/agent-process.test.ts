import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { AgentProcess } from '../../src/main/agent-process.ts';
import { endpointFileSchema } from '../../src/shared/local-api.ts';
import { scriptedAgentCommand, scriptedAgentEvents } from '../support/scripted-agent-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const never = new AbortController().signal;

function agentIn(dataFolder: string, behaviour = ''): AgentProcess & AsyncDisposable {
  const command = scriptedAgentCommand(dataFolder, behaviour);
  const agent = new AgentProcess({ dataFolder, command, log: pino({ enabled: false }) });
  return Object.assign(agent, { [Symbol.asyncDispose]: () => agent.stop() });
}

function pidIn(dataFolder: string): number {
  const text = readFileSync(path.join(dataFolder, 'agent.json'), 'utf8');
  return endpointFileSchema.parse(JSON.parse(text)).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the agent as a process', () => {
  test('is started when none runs, and ends with the shell that started it', async () => {
    using folder = temporaryFolder();
    const agent = agentIn(folder.path);
    const client = await agent.connect(never);
    const { pid } = await client.status(never);
    expect(isAlive(pid)).toBe(true);
    await agent.stop();
    expect(isAlive(pid)).toBe(false);
    expect(scriptedAgentEvents(folder.path)).toEqual(['started', 'shutdown']);
  });

  test('is found when it runs already, and then outlives the shell', async () => {
    using folder = temporaryFolder();
    await using owner = agentIn(folder.path);
    await owner.connect(never);
    // As if it had been started by the command line.
    writeFileSync(path.join(folder.path, 'shell-agent.json'), '{}');
    const other = agentIn(folder.path);
    await other.connect(never);
    await other.stop();
    expect(isAlive(pidIn(folder.path))).toBe(true);
    expect(scriptedAgentEvents(folder.path)).toEqual(['started']);
  });

  test('ends with the shell that comes after the one that started it and crashed', async () => {
    using folder = temporaryFolder();
    await using crashed = agentIn(folder.path);
    await crashed.connect(never);
    const pid = pidIn(folder.path);
    const next = agentIn(folder.path);
    await next.connect(never);
    await next.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(path.join(folder.path, 'shell-agent.json'))).toBe(false);
  });

  test('is started again after it was killed, in spite of the endpoint file left behind', async () => {
    using folder = temporaryFolder();
    await using agent = agentIn(folder.path);
    await agent.connect(never);
    const killed = pidIn(folder.path);
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => isAlive(killed)).toBe(false);
    const client = await agent.connect(never);
    expect((await client.status(never)).pid).not.toBe(killed);
  });

  test('is not looked for in a file whose process is another program', async () => {
    using folder = temporaryFolder();
    await using agent = agentIn(folder.path);
    const tokens = { ui: 'ui', launcher: 'launcher', read: 'read' };
    const stale = { port: 1, pid: process.pid, version: '0.1.0', tokens };
    writeFileSync(path.join(folder.path, 'agent.json'), JSON.stringify(stale));
    const client = await agent.connect(never);
    expect((await client.status(never)).pid).not.toBe(process.pid);
  });

  test('that does not start gives its last words', async () => {
    using folder = temporaryFolder();
    const agent = agentIn(folder.path, 'refuse');
    await expect(agent.connect(never)).rejects.toMatchObject({
      code: 'agent-unreachable',
      message: 'The Gata agent did not start (exit code 6). error: The disk is full. (disk-full)',
    });
    await agent.stop();
  });

  test('whose program is missing gives an error that says so', async () => {
    using folder = temporaryFolder();
    const command = { ...scriptedAgentCommand(folder.path), executable: path.join(folder.path, 'no-node') };
    const log = pino({ enabled: false });
    const agent = new AgentProcess({ dataFolder: folder.path, command, log });
    await expect(agent.connect(never)).rejects.toThrow('ENOENT');
    await agent.stop();
  });

  test('that does not end when asked to is killed after the grace period', async () => {
    using folder = temporaryFolder();
    const agent = agentIn(folder.path, 'deaf');
    await agent.connect(never);
    const pid = pidIn(folder.path);
    const began = performance.now();
    await agent.stop();
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(2900);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test('is given up when the shell quits while it starts', async () => {
    using folder = temporaryFolder();
    const agent = agentIn(folder.path);
    const abort = new AbortController();
    const connecting = agent.connect(abort.signal);
    const outcome = expect(connecting).rejects.toThrow();
    abort.abort();
    await outcome;
    await agent.stop();
    if (existsSync(path.join(folder.path, 'agent.json'))) {
      await expect.poll(() => isAlive(pidIn(folder.path))).toBe(false);
    }
  });
});
