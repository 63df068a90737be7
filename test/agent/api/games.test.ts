import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gamesPageSchema } from '../../../src/shared/local-api.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { nextEvent, readLocalEvents } from '../../support/event-reader.ts';
import { gameView } from '../../support/game-view.ts';

const HADES = {
  id: 'steam:1145350',
  store: 'steam' as const,
  title: 'Hades II',
  folder: '/games/steamapps/common/Hades II',
  sizeBytes: 12_000_000_000,
};

describe('games over the API', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
    api.installedGames.games = [HADES];
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const choose = (key: string, choice: string | null) =>
    api.request('PUT', '/v1/games/choices', { body: { key, choice } });

  test('lists installed games with what Gata does about them', async () => {
    const page = gamesPageSchema.parse(await (await api.request('GET', '/v1/games')).json());
    expect(page.installed).toEqual([{ ...HADES, choice: 'pause' }]);
  });

  test('tells which of the folders of the user are refused, and why', async () => {
    const refused = [{ folder: '/usr', why: 'It is the folder of more than games.' }];
    api.installedGames.refused = refused;
    const page = gamesPageSchema.parse(await (await api.request('GET', '/v1/games')).json());
    expect(page.refusedFolders).toEqual(refused);
  });

  test('tells of a pause for a game when it was made, and lists the last ones', async () => {
    const events = readLocalEvents(await api.request('GET', '/v1/events'));
    await nextEvent(events, 'status');
    api.games.set([gameView('Hades II', { certainty: 'maybe', why: 'it fills the screen' })]);
    const told = await nextEvent(events, 'game-pause');
    const page = gamesPageSchema.parse(await (await api.request('GET', '/v1/games')).json());
    expect(page.pauses).toMatchObject([
      { name: 'Hades II', why: 'it fills the screen', certainty: 'maybe', workers: 0, seenToStoppedMs: null },
    ]);
    expect(told.data).toEqual(page.pauses[0]);
    await events.return();
  });

  test("keeps the user's word on a game, and takes it back", async () => {
    const chosen = gamesPageSchema.parse(await (await choose(HADES.id, 'share')).json());
    expect(chosen.installed[0]?.choice).toBe('share');
    expect(api.settings.current.games.choices).toEqual({ [HADES.id]: 'share' });
    await choose('program:/opt/x', 'ignore');
    await choose(HADES.id, null);
    expect(api.settings.current.games.choices).toEqual({ 'program:/opt/x': 'ignore' });
  });

  test('refuses what is no choice, and readers', async () => {
    expect((await choose(HADES.id, 'explode')).status).toBe(400);
    expect((await choose('', 'pause')).status).toBe(400);
    const body = { key: HADES.id, choice: 'pause' };
    const reader = { body, token: api.tokens.read };
    expect((await api.request('PUT', '/v1/games/choices', reader)).status).toBe(403);
  });

  test('looks again when asked', async () => {
    expect((await api.request('POST', '/v1/games/rescan')).status).toBe(200);
    expect(api.installedGames.rescans).toBe(1);
  });
});
