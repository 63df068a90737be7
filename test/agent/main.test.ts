import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEndpointFile } from '../../src/agent/api/endpoint-file.ts';
import { ENDPOINT_FILE_NAME, statusSchema } from '../../src/shared/local-api.ts';
import { runFromSource, startAgentFromSource } from '../support/agent-from-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const endpointFile = () => join(folder.path, ENDPOINT_FILE_NAME);

function status(scope: 'ui' | 'launcher' | 'read' = 'read'): Promise<Response> {
  const endpoint = readEndpointFile(folder.path);
  return fetch(`http://127.0.0.1:${endpoint?.port}/v1/status`, {
    headers: { authorization: `Bearer ${endpoint?.tokens[scope]}` },
  });
}

describe('a run', () => {
  test('serves its API, and on SIGTERM closes within 3 s and takes its endpoint file away', async () => {
    await using agent = await startAgentFromSource(folder.path);
    const answer = statusSchema.parse(await (await status()).json());
    expect(answer).toMatchObject({ pid: agent.pid, network: { embedded: false } });
    if (process.platform !== 'win32') expect(statSync(endpointFile()).mode & 0o777).toBe(0o600);
    const started = performance.now();
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(existsSync(endpointFile())).toBe(false);
  });

  test('closes when a client asks it to', async () => {
    await using agent = await startAgentFromSource(folder.path);
    const tokens = readEndpointFile(folder.path)?.tokens;
    const response = await fetch(`http://127.0.0.1:${agent.port}/v1/shutdown`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens?.ui}` },
    });
    expect(response.status).toBe(202);
    expect(await agent.exited).toBe(0);
    expect(existsSync(endpointFile())).toBe(false);
  });

  test('keeps its tokens over a restart, also over a SIGKILL', async () => {
    await using first = await startAgentFromSource(folder.path);
    const tokens = readEndpointFile(folder.path)?.tokens;
    await first.end('SIGKILL');
    expect(existsSync(endpointFile())).toBe(true);
    await using second = await startAgentFromSource(folder.path);
    expect(readEndpointFile(folder.path)).toMatchObject({ pid: second.pid, port: second.port, tokens });
  });

  test('tells of a damaged settings file', async () => {
    writeFileSync(join(folder.path, 'settings.json'), '{');
    await using _agent = await startAgentFromSource(folder.path);
    const { notices } = statusSchema.parse(await (await status()).json());
    expect(notices).toMatchObject([{ code: 'settings-damaged' }]);
  });
});

describe('refusals to start', () => {
  test('a second instance names the first and exits with 3', async () => {
    await using agent = await startAgentFromSource(folder.path);
    const second = await runFromSource('main', ['--data-dir', folder.path, '--port', '0']);
    expect(second).toMatchObject({ exitCode: 3, stdout: '' });
    expect(second.stderr).toContain('already-running');
    expect(second.stderr).toContain(`pid ${agent.pid}`);
    expect(second.stderr).toContain(`http://127.0.0.1:${agent.port}`);
    expect((await status()).status).toBe(200);
  });

  test('a port that is taken exits with 4 when it was asked for', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const refused = await runFromSource('main', ['--data-dir', folder.path, '--port', `${port}`]);
    taken.close();
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' });
    expect(refused.stderr).toContain(`Port ${port} is taken`);
    expect(existsSync(endpointFile())).toBe(false);
  });

  test('the usual port is replaced by a free one when it is taken', async () => {
    const taken = createServer().listen(7420, '127.0.0.1');
    // Taken by another program all the better.
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]).catch(() => {});
    await using agent = await startAgentFromSource(folder.path, []);
    expect(agent.port).not.toBe(7420);
    expect((await status()).status).toBe(200);
    taken.close();
  });

  test('a data folder that cannot be used exits with 5', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    const refused = await runFromSource('main', ['--data-dir', join(folder.path, 'file')]);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('data-folder-unusable');
  });

  test('wrong flags exit with 2; help and version are printed', async () => {
    expect(await runFromSource('main', ['--port', 'x'])).toMatchObject({ exitCode: 2 });
    const help = await runFromSource('main', ['--help']);
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--allow-unsandboxed') });
    const version = await runFromSource('main', ['--version']);
    expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
