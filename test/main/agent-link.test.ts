import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { AgentLink, reconnectDelayMs } from '../../src/main/agent-link.ts';
import { AgentProcess } from '../../src/main/agent-process.ts';
import type { AgentView } from '../../src/main/agent-view.ts';
import type { ShellEndpoint } from '../../src/shared/shell-contract.ts';
import { scriptedAgentCommand, scriptedAgentEvents } from '../support/scripted-agent-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function linkTo(dataFolder: string, behaviour = ''): AgentLink & AsyncDisposable {
  const log = pino({ enabled: false });
  const command = scriptedAgentCommand(dataFolder, behaviour);
  const link = new AgentLink(new AgentProcess({ dataFolder, command, log }), log);
  return Object.assign(link, { [Symbol.asyncDispose]: () => link.stop() });
}

const connected = expect.objectContaining({ kind: 'connected' });

describe('the link to the agent', () => {
  test('starts the agent and shows its status, its settings and its endpoint', async () => {
    using folder = temporaryFolder();
    await using link = linkTo(folder.path);
    const themes: string[] = [];
    const endpoints: (ShellEndpoint | null)[] = [];
    link.on('settings', (settings) => themes.push(settings.appearance.theme));
    link.on('endpoint', (endpoint) => endpoints.push(endpoint));
    expect(link.view).toEqual({ kind: 'starting' });
    link.start();
    await expect.poll(() => link.view, { timeout: 10_000 }).toEqual(connected);
    expect(themes).toEqual(['dark']);
    expect(endpoints).toEqual([
      { baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), token: 'ui-token' },
    ]);
  });

  test('follows what the agent does', async () => {
    using folder = temporaryFolder();
    await using link = linkTo(folder.path);
    link.start();
    await expect.poll(() => link.client, { timeout: 10_000 }).toBeDefined();
    await link.client?.pause({ minutes: 60 });
    await expect
      .poll(() => link.view)
      .toMatchObject({ status: { state: 'paused', reasons: [{ code: 'user-paused' }] } });
    expect(scriptedAgentEvents(folder.path)).toContain('pause {"minutes":60}');
  });

  test('starts the agent again when it dies, and gives out its new endpoint', async () => {
    using folder = temporaryFolder();
    await using link = linkTo(folder.path);
    const endpoints: (ShellEndpoint | null)[] = [];
    const kinds: AgentView['kind'][] = [];
    link.on('endpoint', (endpoint) => endpoints.push(endpoint));
    link.on('view', (view) => kinds.push(view.kind));
    link.start();
    await expect.poll(() => link.view, { timeout: 10_000 }).toEqual(connected);
    if (link.view.kind === 'connected') process.kill(link.view.status.pid, 'SIGKILL');
    await expect.poll(() => endpoints.length, { timeout: 10_000 }).toBe(3);
    expect(endpoints[1]).toBeNull();
    await expect.poll(() => kinds.at(-1)).toBe('connected');
    expect(scriptedAgentEvents(folder.path)).toEqual(['started', 'started']);
  });

  test('says why there is no agent, and tries again', async () => {
    using folder = temporaryFolder();
    await using link = linkTo(folder.path, 'refuse');
    link.start();
    await expect
      .poll(() => link.view, { timeout: 10_000 })
      .toEqual({ kind: 'unreachable', message: expect.stringContaining('The disk is full.') });
    await expect
      .poll(() => scriptedAgentEvents(folder.path).length, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(2);
  });

  test('stops for good, and can be started again', async () => {
    using folder = temporaryFolder();
    await using link = linkTo(folder.path);
    link.start();
    await expect.poll(() => link.client, { timeout: 10_000 }).toBeDefined();
    await link.stop();
    expect(link.client).toBeUndefined();
    expect(scriptedAgentEvents(folder.path)).toEqual(['started', 'shutdown']);
    link.start();
    await expect.poll(() => link.client, { timeout: 10_000 }).toBeDefined();
  });

  test('waits longer after each failure, up to half a minute', () => {
    expect(reconnectDelayMs(1)).toBe(250);
    expect(reconnectDelayMs(2)).toBe(500);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (failures) => {
        expect(reconnectDelayMs(failures)).toBeGreaterThanOrEqual(250);
        expect(reconnectDelayMs(failures)).toBeLessThanOrEqual(30_000);
        expect(reconnectDelayMs(failures + 1)).toBeGreaterThanOrEqual(reconnectDelayMs(failures));
      }),
    );
  });
});
