import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { providersPageSchema } from '../../../src/shared/providers-page.ts';
import { runFromSource } from '../../support/agent-from-source.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { LibraryServer } from '../../support/library-server.ts';
import { type TestLibrary, testLibrary } from '../../support/test-library.ts';

const ID = 'cuda-linux-x64';

let opened: AsyncDisposableStack;
let server: LibraryServer;
let api: TestApi;
let given: TestLibrary;
beforeAll(async () => {
  opened = new AsyncDisposableStack();
  server = opened.use(await LibraryServer.start());
  given = testLibrary(server.url);
  for (const [name, bytes] of given.files) server.files.set(name, bytes);
  api = opened.use(await startTestApi({ libraries: [given.library] }));
  opened.use(
    writeEndpointFile(api.dataFolder, {
      port: api.server.port,
      pid: process.pid,
      version: '0.0.0-test',
      tokens: api.tokens,
    }),
  );
});
afterAll(() => opened.disposeAsync());

const gata = (...args: string[]) =>
  runFromSource('cli', ['providers', ...args, '--data-dir', api.dataFolder]);

describe('gata providers', () => {
  it('shows the licence, asks, downloads, and removes', async () => {
    const refused = await gata('download', ID);
    expect(refused.stderr).toContain('Do as you please.');
    expect(refused.stderr).toContain('https://licence.example/text');
    expect(refused.stderr).toContain('--accept-licence');
    expect(server.asked).toEqual([]);
    expect((await gata('download', ID, '--accept-licence')).stdout).toContain(`${ID} 1.0.0  installed`);
    const { stdout } = await gata();
    expect(stdout).toContain('ONNX Runtime 1.30.0');
    expect(stdout).toMatch(/tensorrt {2}unavailable {2}It needs a library/);
    expect(stdout).toMatch(
      /cuda {6}untested\n {2}cuda-linux-x64 1\.0\.0 {2}installed {2}0\.4 MB {2}Test licence/,
    );
    expect((await gata('remove', ID)).stdout).toBe('Removed.\n');
    const page = providersPageSchema.parse(JSON.parse((await gata('--json')).stdout));
    expect(page.providers.find(({ provider }) => provider === 'cuda')?.library?.state).toBe('not-installed');
  });

  it('imports a folder, and says what is wrong with it', async () => {
    const stick = path.join(api.dataFolder, 'stick');
    mkdirSync(stick);
    expect((await gata('import', stick, '--accept-licence')).stderr).toContain(
      'no library that the network signed',
    );
    for (const [name, bytes] of given.files) writeFileSync(path.join(stick, name), bytes);
    expect((await gata('import', stick, '--accept-licence')).stdout).toContain('installed');
    expect((await gata('remove', ID)).stdout).toBe('Removed.\n');
  });

  it('says why a download failed', async () => {
    server.files.delete('libhelper.so.1');
    const { stderr } = await gata('download', ID, '--accept-licence');
    expect(stderr).toContain('does not give out libhelper.so.1 (HTTP status 404)');
    expect((await gata('download', 'none', '--accept-licence')).stderr).toContain('There is no library none');
  });
});
