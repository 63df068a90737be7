import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { hadesView } from '../../support/dashboard-fixtures.ts';
import { installedGames, lastPauses } from '../../support/dashboard-game-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import { gamePause } from '../../support/game-pause.ts';

describe.skipIf(browserMissing !== undefined)(`the last pauses ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.games = { ...agent.games, installed: installedGames(), pauses: lastPauses() };
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(): Promise<Page> {
    opened = await openPage(browser, agent.url);
    await opened.page.goto(`${agent.origin}/#/games`);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
    return opened.page;
  }
  const card = (page: Page) => page.getByRole('region', { name: 'Last pauses' });
  const choices = () => agent.settings.games.choices;

  it('say what was seen, how, why, and how fast Gata stopped', async () => {
    const page = await open();
    await card(page).getByText('Stopped in 41 ms at the median and 112 ms at most, 3 times.').waitFor();
    const [game, lease, maybe, idle] = await card(page).getByRole('listitem').allTextContents();
    expect(game).toContain('Hades IIStopped in 41 ms');
    expect(game).toMatch(
      / · Steam installed it\.The system told of its start · 60 ms after the game started/,
    );
    expect(game).toContain('Memory free after 88 ms · 1 job handed back');
    expect(lease).toMatch(/Portal.*Stopped in 8\.2 ms.*Heroic starts a game.*A launcher told of it/);
    expect(maybe).toMatch(
      /lantern.*Perhaps a game.*112 ms.*480 ms after the game started.*did not free the memory/,
    );
    expect(idle).toMatch(/ELDEN RING.*Nothing to stop/);
  });

  it('take the word that one is no game, by keyboard, until it is forgotten', async () => {
    const page = await open();
    await card(page).getByRole('button', { name: 'Is lantern a game? Perhaps' }).focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toContain('This is a game');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toContain('This is not a game');
    await page.keyboard.press('Enter');
    const key = lastPauses()[2]?.key ?? '';
    await expect.poll(choices).toEqual({ [key]: 'ignore' });
    await card(page).getByRole('button', { name: 'Is lantern a game? Not a game' }).click();
    await page.getByRole('menuitemradio', { name: 'This is a game' }).click();
    await expect.poll(choices).toEqual({ [key]: 'pause' });
    await card(page).getByRole('button', { name: 'Is lantern a game? A game' }).click();
    await page.getByRole('menuitem', { name: 'Forget my answer' }).click();
    await expect.poll(choices).toEqual({});
    // A lease names no program.
    expect(await card(page).getByRole('button').count()).toBe(3);
  });

  it('come in as they happen, and grow by what becomes known later', async () => {
    agent.games = { ...agent.games, pauses: [] };
    const page = await open();
    await card(page).getByText('Gata has not paused for a game yet.').waitFor();
    const pause = gamePause({ name: 'Portal', memory: null });
    agent.putPause(pause);
    await card(page).getByText('Stopped in 41 ms', { exact: true }).waitFor();
    await card(page).getByText('Stopped in 41 ms the one time that there was work to stop.').waitFor();
    agent.putPause({ ...pause, memory: { freed: true, afterMs: 95 } });
    await card(page).getByText('Memory free after 95 ms').waitFor();
  });

  it('are few until all are asked for', async () => {
    const pauses = Array.from({ length: 50 }, (_, index) =>
      gamePause({ name: `Game ${index}`, workers: 0, seenToStoppedMs: null }),
    );
    agent.games = { ...agent.games, pauses };
    const page = await open();
    await card(page).getByText('There was no work to stop in any of them.').waitFor();
    const items = card(page).getByRole('listitem');
    expect(await items.count()).toBe(5);
    await card(page).getByRole('button', { name: 'Show all 50' }).press('Enter');
    await expect.poll(() => items.count()).toBe(50);
    await card(page).getByRole('button', { name: 'Show fewer' }).press('Enter');
    await expect.poll(() => items.count()).toBe(5);
  });

  it.each(['Running now', 'Found on this computer'])(
    'are not the only place to say what is a game: %s',
    async (region) => {
      agent.games = { ...agent.games, running: [hadesView({ key: 'steam:1006' })] };
      const page = await open();
      const entry = page.getByRole('region', { name: region });
      await entry.getByRole('button', { name: 'While Hades II runs: Pause' }).click();
      await page.getByRole('menuitemradio', { name: 'This is a game' }).waitFor();
      await page.getByRole('menuitemradio', { name: 'This is not a game' }).click();
      await expect.poll(choices).toEqual({ 'steam:1006': 'ignore' });
    },
  );
});
