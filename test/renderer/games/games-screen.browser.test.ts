import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { gamePausedState, hadesView, readyState } from '../../support/dashboard-fixtures.ts';
import {
  installedGame,
  installedGames,
  manyGames,
  questionedView,
  questionState,
} from '../../support/dashboard-game-fixtures.ts';
import { twoCardsPage } from '../../support/dashboard-gpu-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`the games ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.games = { ...agent.games, installed: installedGames() };
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(fragment = '#/games'): Promise<Page> {
    opened = await openPage(browser, agent.url);
    await opened.page.goto(`${agent.origin}/${fragment}`);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
    return opened.page;
  }

  function run(...games: ReturnType<typeof hadesView>[]): void {
    agent.games = { ...agent.games, running: games };
    agent.status = gamePausedState({ games });
  }

  const focused = (page: Page) =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    );
  const choices = () => agent.settings.games.choices;

  describe('what runs', () => {
    it('says why it counts as a game, where it runs and what Gata does', async () => {
      agent.gpus = twoCardsPage();
      run(hadesView({ gpuUuids: [agent.gpus.gpus[1]?.device.uuid ?? ''] }));
      const page = await open();
      const running = page.getByRole('region', { name: 'Running now' });
      await running.getByText('Gata is paused for it.').waitFor();
      await running.getByText('Steam installed it.').waitFor();
      await running.getByText(`On ${agent.gpus.gpus[1]?.device.name}`).waitFor();
    });

    it('shows the start and the end of a game as they happen', async () => {
      const page = await open();
      await page.getByText('No game is running.').waitFor();
      run(hadesView());
      agent.show(agent.status);
      await page.getByText('Gata is paused for it.').waitFor();
      run();
      agent.show(readyState());
      await page.getByText('No game is running.').waitFor();
    });

    it('shares the card with a game', async () => {
      run(hadesView({ key: 'steam:1006' }));
      const page = await open();
      await page
        .getByRole('region', { name: 'Running now' })
        .getByRole('button', { name: 'While Hades II runs: Pause' })
        .click();
      await page.getByRole('menuitemradio', { name: 'Share' }).click();
      await page.getByText('Gata goes on beside it at a low pace.').waitFor();
      await expect.poll(choices).toEqual({ 'steam:1006': 'share' });
    });
  });

  describe('the question', () => {
    beforeEach(() => {
      agent.status = questionState();
      agent.games = { ...agent.games, running: [questionedView()] };
    });

    it.each(['#/', '#/games'])('is asked at %s, answered by keyboard, and remembered', async (fragment) => {
      const page = await open(fragment);
      const question = page.getByRole('region', { name: 'Is lantern a game?' });
      await question.getByText('The files of a game engine lie beside it.').waitFor();
      await question.getByRole('button', { name: 'Yes, pause for it' }).focus();
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('No, ignore it');
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('Gata will take no notice of lantern from now on.').waitFor();
      await expect.poll(() => focused(page)).toContain('Gata will take no notice');
      expect(choices()).toEqual({ [questionedView().key]: 'ignore' });
      expect(await question.count()).toBe(0);
    });

    it('keeps a yes, and the program stays a game', async () => {
      const page = await open();
      await page.getByText('Perhaps a game').waitFor();
      await page.getByRole('button', { name: 'Yes, pause for it' }).click();
      await page.getByText('Gata will always pause for lantern.').waitFor();
      expect(await page.getByText('Perhaps a game').count()).toBe(0);
      expect(choices()).toEqual({ [questionedView().key]: 'pause' });
    });

    it('comes back when the answer was not kept, and says why', async () => {
      agent.fail('PUT /v1/games/choices', 'disk-full');
      const page = await open('#/');
      await page.getByRole('button', { name: 'No, ignore it' }).click();
      await page.getByText('Not remembered: Refused on purpose with disk-full.').waitFor();
      await page.getByRole('region', { name: 'Is lantern a game?' }).waitFor();
      expect(choices()).toEqual({});
    });
  });

  describe('what is installed', () => {
    it('is found by title, by store and by choice', async () => {
      const page = await open();
      await page.getByText('12 games').waitFor();
      const titles = () => page.locator('tbody td:first-child p:first-child').allTextContents();
      await page.getByRole('searchbox', { name: 'Search games' }).fill('elden');
      await expect.poll(titles).toEqual(['ELDEN RING']);
      await page.getByText('1 of 12 games').waitFor();
      await page.getByRole('searchbox').fill('no such game');
      await page.getByRole('button', { name: 'Show all games' }).click();
      await page.getByRole('button', { name: 'From All' }).click();
      await page.getByRole('menuitemradio', { name: 'Riot Games' }).click();
      await expect.poll(titles).toEqual(['VALORANT']);
    });

    it('keeps a choice for one game', async () => {
      const page = await open();
      await page.getByRole('button', { name: 'While Disco Elysium runs: Pause' }).click();
      await page.getByRole('menuitemradio', { name: 'Ignore' }).click();
      await page.getByRole('button', { name: 'While Disco Elysium runs: Ignore' }).waitFor();
      await expect.poll(choices).toEqual({ 'gog:1003': 'ignore' });
    });

    it('takes a choice back when it is refused', async () => {
      agent.fail('PUT /v1/games/choices', 'disk-full');
      const page = await open();
      await page.getByRole('button', { name: 'While Disco Elysium runs: Pause' }).click();
      await page.getByRole('menuitemradio', { name: 'Ignore' }).click();
      await page.getByText('Not remembered: Refused on purpose with disk-full.').waitFor();
      await page.getByRole('button', { name: 'While Disco Elysium runs: Pause' }).waitFor();
    });

    it('lists programs that the user answered for, until the answer is forgotten', async () => {
      agent.settings.games.choices = { 'program:/usr/bin/wallpaper': 'ignore' };
      const page = await open();
      await page.getByRole('button', { name: 'While wallpaper runs: Ignore' }).click();
      await page.getByRole('menuitem', { name: 'Forget my answer' }).click();
      await expect.poll(choices).toEqual({});
      await page.getByText('12 games').waitFor();
    });

    it('draws a few rows of 2,000, and walks them by keyboard', async () => {
      agent.games = { ...agent.games, installed: manyGames(2000) };
      const page = await open();
      await page.getByText('2,000 games').waitFor();
      expect(await page.locator('tbody tr').count()).toBeLessThan(40);
      await page.getByRole('button', { name: 'While Game 1 runs: Pause' }).focus();
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => focused(page)).toBe('While Game 2 runs: Pause');
      expect(await page.getByRole('menu').count()).toBe(0);
      await page.keyboard.press('End');
      await expect.poll(() => focused(page)).toBe('While Game 2000 runs: Pause');
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).toContain('Pause');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => focused(page)).toContain('Share');
      await page.keyboard.press('Enter');
      await expect.poll(choices).toEqual({ 'steam:1999': 'share' });
      await expect.poll(() => focused(page)).toBe('While Game 2000 runs: Share');
      await page.keyboard.press('Home');
      await expect.poll(() => focused(page)).toBe('While Game 1 runs: Pause');
    });

    it('stays fluid while 2,000 games are searched', async () => {
      agent.games = { ...agent.games, installed: manyGames(2000) };
      const page = await open();
      const search = page.getByRole('searchbox');
      await search.waitFor();
      await page.evaluate(
        `window.longTasks = [0];
         new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)))
           .observe({ type: 'longtask' });`,
      );
      await search.pressSequentially('game 1999', { delay: 30 });
      await page.getByText('1 of 2,000 games').waitFor();
      const longest = z.number().parse(await page.evaluate('Math.max(...longTasks)'));
      // Typing is felt from a tenth of a second on; this machine shares two cores.
      expect(longest).toBeLessThan(400);
    });
  });

  describe('the stores', () => {
    it('are shown as being looked through, and what they have as soon as they tell', async () => {
      agent.games = { ...agent.games, installed: [], scanning: true };
      const page = await open();
      await page.getByText('This takes a few seconds.').waitFor();
      expect(await page.getByRole('button', { name: 'Looking for games' }).isDisabled()).toBe(true);
      agent.games = { ...agent.games, installed: [installedGame()], scanning: false };
      await page.getByText('1 game', { exact: true }).waitFor();
    });

    it('are looked through again', async () => {
      const page = await open();
      agent.games = { ...agent.games, installed: manyGames(3) };
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('3 games').waitFor();
      agent.fail('POST /v1/games/rescan', 'disk-full');
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('Could not look again: Refused on purpose with disk-full.').waitFor();
    });

    it('say which folder of the user Gata does not take, and why', async () => {
      agent.settings.games.folders = ['/home/me/games', '/usr'];
      const refused = [{ folder: '/usr', why: 'It is the folder of more than games.' }];
      agent.games = { ...agent.games, refusedFolders: refused };
      const page = await open();
      const folders = page.getByRole('region', { name: 'Folders with other games' });
      await folders.getByRole('status').getByText('It is the folder of more than games.').waitFor();
      await expect.poll(() => folders.getByRole('status').getByRole('listitem').count()).toBe(1);
    });

    it('are helped by folders of the user', async () => {
      const page = await open();
      const field = page.getByRole('textbox', { name: 'Add a folder with games' });
      await field.fill('games');
      await field.press('Enter');
      await page.getByText('Type the whole path, such as').waitFor();
      await field.fill(' /home/me/games ');
      await field.press('Enter');
      await expect.poll(() => agent.settings.games.folders).toEqual(['/home/me/games']);
      await field.fill('/home/me/games/');
      await field.press('Enter');
      await page.getByText('This folder is already in the list.').waitFor();
      await page.getByRole('button', { name: 'Remove /home/me/games' }).click();
      await expect.poll(() => agent.settings.games.folders).toEqual([]);
      expect(await focused(page)).toBe('Add a folder with games');
    });

    it('have nothing', async () => {
      agent.games = { ...agent.games, installed: [] };
      const page = await open();
      await page.getByText('No installed games found').waitFor();
    });
  });

  it('says when the games do not load, and tries again', async () => {
    agent.fail('GET /v1/games', 'disk-full');
    const page = await open();
    await page.getByText('The games did not load').waitFor();
    agent.succeed('GET /v1/games');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('12 games').waitFor();
  });

  it('shows what it knew when Gata goes away, and lets nothing be changed', async () => {
    const page = await open();
    await page.getByText('12 games').waitFor();
    await agent.stop();
    await page.getByText('Choices can be changed when Gata is running again.').waitFor();
    expect(await page.getByRole('button', { name: 'While ELDEN RING runs: Pause' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Look again' }).isDisabled()).toBe(true);
  });

  it('is reached by its shortcut', async () => {
    const page = await open('#/');
    await page.keyboard.press('Alt+a');
    await page.getByRole('heading', { level: 1, name: 'Games' }).waitFor();
  });
});
