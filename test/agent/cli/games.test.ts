import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { gamesPageSchema } from '../../../src/shared/local-api.ts';
import { runFromSource } from '../../support/agent-from-source.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { gameView } from '../../support/game-view.ts';

let api: TestApi;
let endpoint: Disposable;
beforeAll(async () => {
  api = await startTestApi();
  endpoint = writeEndpointFile(api.dataFolder, {
    port: api.server.port,
    pid: process.pid,
    version: '0.0.0-test',
    tokens: api.tokens,
  });
  const game = (id: number, title: string) => ({
    id: `steam:${id}`,
    store: 'steam' as const,
    title,
    folder: `/games/steamapps/common/${id}`,
    sizeBytes: null,
  });
  api.installedGames.games = [game(1, 'Hades II'), game(2, 'Portal'), game(3, 'Portal')];
  api.games.set([gameView('Mystery', { certainty: 'maybe', why: 'it fills the screen' })]);
});
afterAll(async () => {
  endpoint[Symbol.dispose]();
  await api[Symbol.asyncDispose]();
});

const gata = (...args: string[]) => runFromSource('cli', ['games', ...args, '--data-dir', api.dataFolder]);
const choices = () => api.settings.current.games.choices;

describe('gata games', () => {
  it('lists what runs, and what is installed', async () => {
    const { stdout } = await gata();
    expect(stdout).toMatch(/Mystery \(pid 7\) since .*, pause: it fills the screen \(not sure\)/);
    expect(stdout).toContain('Installed: 3 games');
    expect((await gata('installed', '--rescan')).stdout).toContain('pause  Hades II (steam:1)');
    expect(api.installedGames.rescans).toBe(1);
  });

  it('tells of the last pauses, with how fast they were', async () => {
    const { stdout } = await gata();
    expect(stdout).toContain('Last pause for games (no worker had to be stopped):');
    expect(stdout).toMatch(/Mystery \(not sure\): no worker was running\. it fills the screen/);
    const { stdout: json } = await gata('--json');
    expect(gamesPageSchema.parse(JSON.parse(json)).pauses).toMatchObject([{ name: 'Mystery' }]);
  });

  it('takes a choice by title, id, running game or path, and takes it back', async () => {
    await gata('choose', 'hades ii', 'share');
    await gata('choose', 'steam:2', 'ignore');
    await gata('choose', 'Mystery', 'ignore');
    await gata('choose', '/opt/x/x', 'pause');
    expect(choices()).toEqual({
      'steam:1': 'share',
      'steam:2': 'ignore',
      'program:/games/Mystery': 'ignore',
      'program:/opt/x/x': 'pause',
    });
    await gata('choose', 'Hades II', 'forget');
    expect(choices()).not.toHaveProperty('steam:1');
  });

  it('refuses a title that several games have, one that none has, and what is no choice', async () => {
    expect(await gata('choose', 'portal', 'ignore')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('several games: steam:2, steam:3'),
    });
    expect((await gata('choose', 'Nothing', 'ignore')).stderr).toContain('There is no game "Nothing"');
    expect((await gata('choose', 'Hades II', 'explode')).exitCode).toBe(2);
  });
});
