import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINT_FILE_NAME, statusSchema } from '../../src/shared/local-api.ts';
import {
  type FinishedProcess,
  type RunningAgent,
  runFromSource,
  startAgentFromSource,
} from '../support/agent-from-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CLI = join(import.meta.dirname, '../../src/agent/cli.ts');

let folder: ReturnType<typeof temporaryFolder>;
let agent: RunningAgent;
beforeAll(async () => {
  folder = temporaryFolder();
  agent = await startAgentFromSource(folder.path);
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const gata = (...args: string[]): Promise<FinishedProcess> =>
  runFromSource('cli', [...args, '--data-dir', folder.path]);

describe('with a running agent', () => {
  test('pauses, shows it, and resumes', async () => {
    const paused = await gata('pause', '--minutes', '5');
    expect(paused.exitCode).toBe(0);
    expect(paused.stdout).toContain('Paused: Paused by you for a while');
    expect(paused.stdout).toContain('resumes at');
    const status = statusSchema.parse(JSON.parse((await gata('status', '--json')).stdout));
    expect(status.reasons.map((reason) => reason.code)).toContain('user-paused');
    await gata('resume');
    const resumed = await gata('pause', '--until', 'games-end', '--json');
    expect(statusSchema.parse(JSON.parse(resumed.stdout)).resumesAt).toBeNull();
    expect((await gata('resume')).stdout).not.toContain('Paused by you');
  });

  test('moves a program between the lists of games', async () => {
    await gata('games', 'exclude', 'Launcher.exe');
    const included = await gata('games', 'include', 'launcher.exe', '--json');
    expect(JSON.parse(included.stdout)).toMatchObject({ include: ['launcher.exe'], exclude: [] });
    expect((await gata('games')).stdout).toContain('Your games: launcher.exe');
  });

  test('shows and changes settings by name', async () => {
    expect((await gata('settings')).stdout).toContain('appearance.theme = system');
    expect((await gata('settings', 'set', 'appearance.theme', 'dark')).stdout).toBe(
      'appearance.theme = dark\n',
    );
    expect((await gata('settings', 'get', 'appearance.theme', '--json')).stdout).toBe('"dark"\n');
    expect((await gata('settings', 'set', 'games.resumeDelaySeconds', '7')).exitCode).toBe(0);
    const unknown = await gata('settings', 'get', 'appearance.colour');
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toContain('appearance.theme');
    const refused = await gata('settings', 'set', 'games.resumeDelaySeconds', '-1', '--json');
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'invalid-request' });
  });

  test('lists models, and passes on why one cannot be added or removed', async () => {
    expect(JSON.parse((await gata('models', '--json')).stdout)).toMatchObject({
      models: [],
      catalogue: { configured: false, problem: null },
      quarantinedModels: [],
    });
    mkdirSync(join(folder.path, 'no-model'));
    const added = await gata('models', 'add', join(folder.path, 'no-model'));
    expect(added.exitCode).toBe(1);
    expect(added.stderr).toMatch(/^error: .{10,}/);
    expect((await gata('models', 'remove', '0'.repeat(64))).exitCode).toBe(1);
  });

  test('runs a model of the user only when allowed, after showing what it is', async () => {
    const source = join(import.meta.dirname, '../../assets/models/digits');
    const added = await gata('models', 'add', source);
    expect(added.stdout).toContain('NOT RUN: not allowed by you yet');
    const asked = await gata('models', 'allow', 'digits');
    expect(asked.exitCode).toBe(1);
    expect(asked.stderr).toMatch(/licence .*\n.*jobs .*\n.*size .*\n.*digest {4}[0-9a-f]{64}/);
    expect(asked.stderr).toContain('Add --yes');
    expect((await gata('models', 'allow', 'digits', '--yes')).stdout).toContain('allowed by you');
  });

  test('takes that back, and says what is known of the catalogue', async () => {
    expect((await gata('models', 'allow', 'no-such-model', '--yes')).stderr).toContain(
      'no model no-such-model',
    );
    expect((await gata('models', 'disallow', 'digits')).stdout).toContain('NOT RUN');
    expect((await gata('models', 'refresh')).stdout).toContain('Model catalogue: not configured');
  });

  test("prints the dashboard's address with its token", async () => {
    const opened = await gata('open');
    expect(opened.stdout).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${agent.port}/#token=[\\w-]{43}\n$`));
  });

  test('prints the last lines of the log', async () => {
    const lines = (await gata('logs', '-n', '2')).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
    expect((await gata('logs', '-n', '0')).exitCode).toBe(2);
  });

  test('follows the log', async () => {
    const child = spawn(process.execPath, [CLI, 'logs', '-n', '1', '-f', '--data-dir', folder.path]);
    try {
      const seen: string[] = [];
      const followed = Promise.withResolvers<void>();
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (seen.push(line) === 1) void gata('pause', '--minutes', '1');
        if (line.includes('"user-paused"')) followed.resolve();
      });
      await followed.promise;
      expect(seen.length).toBeGreaterThan(1);
      await gata('resume');
    } finally {
      child.kill();
    }
  });

  test('refuses wrong use with 2 and explains itself', async () => {
    const refused = await Promise.all([
      gata('nonsense'),
      gata('pause', '--until', 'tomorrow'),
      gata('pause', '--minutes', 'x'),
      gata('pause', '--minutes', '5', '--until', 'resumed'),
    ]);
    expect(refused.map((answer) => answer.exitCode)).toEqual([2, 2, 2, 2]);
    const help = await gata('--help');
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('pause [options]') });
  });
});

describe('without an agent', () => {
  test('says so and exits with 3', async () => {
    using empty = temporaryFolder();
    const answers = ['status', 'open', 'resume'].map((command) =>
      runFromSource('cli', [command, '--data-dir', empty.path]),
    );
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ exitCode: 3, stdout: '' });
      expect(answer.stderr).toContain('No Gata agent runs');
    }
    const json = await runFromSource('cli', ['status', '--json', '--data-dir', empty.path]);
    expect(JSON.parse(json.stdout).error.code).toBe('agent-unreachable');
  });

  test('sees through the endpoint file of a killed agent, and still shows its log', async () => {
    using killed = temporaryFolder();
    const running = await startAgentFromSource(killed.path);
    await running.end('SIGKILL');
    expect((await runFromSource('cli', ['status', '--data-dir', killed.path])).exitCode).toBe(3);
    const logs = await runFromSource('cli', ['logs', '--data-dir', killed.path]);
    expect(logs.stdout).toContain('"starting"');
    writeFileSync(join(killed.path, ENDPOINT_FILE_NAME), '{');
    expect((await runFromSource('cli', ['status', '--data-dir', killed.path])).exitCode).toBe(3);
  });
});
