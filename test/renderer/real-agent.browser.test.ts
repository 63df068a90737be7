import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/api-server.ts';
import { hadesView } from '../support/dashboard-fixtures.ts';
import { questionedView } from '../support/dashboard-game-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../support/dashboard-page.ts';

const DASHBOARD = path.resolve(import.meta.dirname, '../../out/renderer');

describe.skipIf(browserMissing !== undefined)(`the dashboard on the agent ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let api: TestApi;
  let opened: DashboardPage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    api = await startTestApi({ dashboardFolder: DASHBOARD });
    opened = await openPage(browser, `${api.url}/#token=${api.tokens.ui}`);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
    expect(opened.complaints).toEqual([]);
  });

  it('pauses, says until when, and resumes', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
    await page.getByRole('heading', { level: 1, name: 'Paused by you for a while' }).waitFor();
    expect(await page.getByRole('timer').textContent()).toMatch(/^Resumes in (59:5\d|1:00:00)/);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('keeps the focus where it pauses and resumes by keyboard', async () => {
    const { page } = opened;
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('For 1 hour');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Resume');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Pause');
  });

  it('shows a game, and the wait after it with its end', async () => {
    const { page } = opened;
    api.games.set([hadesView()]);
    await page.getByRole('heading', { level: 1, name: 'Hades II is running' }).waitFor();
    api.games.set([]);
    await page.getByRole('heading', { level: 1, name: 'Hades II has just ended' }).waitFor();
    await page.getByText('The game is over. Jobs resume after a short delay.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('asks about what may be a game, and remembers the answer', async () => {
    const { page } = opened;
    // As the watcher of games does when it judges by the new settings.
    api.settings.on('change', ({ games }) => {
      if (games.choices[questionedView().key] === 'ignore') api.games.set([]);
    });
    api.games.set([questionedView()]);
    await page.getByRole('heading', { level: 1, name: 'lantern may be a game' }).waitFor();
    await page.getByRole('button', { name: 'No, ignore it' }).click();
    await page.getByText('Gata will take no notice of lantern from now on.').waitFor();
    expect(api.settings.current.games.choices).toEqual({ [questionedView().key]: 'ignore' });
    await page.getByRole('link', { name: 'Change it in Games' }).click();
    await page.getByRole('button', { name: 'While lantern.x86_64 runs: Ignore' }).click();
    await page.getByRole('menuitem', { name: 'Forget my answer' }).click();
    await expect.poll(() => api.settings.current.games.choices).toEqual({});
    await page.getByText('No installed games found').waitFor();
  });

  it('saves settings and shows notices', async () => {
    const { page } = opened;
    await page.keyboard.press('Alt+s');
    await page.getByRole('radio', { name: 'Dark' }).click();
    await expect.poll(() => api.settings.current.appearance.theme).toBe('dark');
    await page.getByRole('textbox', { name: 'Add a program that counts as a game' }).fill('mygame.exe');
    await page.keyboard.press('Enter');
    await expect.poll(() => api.settings.current.games.include).toEqual(['mygame.exe']);
    await page.getByRole('textbox', { name: 'Add a model' }).fill('owner/absent');
    await page.keyboard.press('Enter');
    await page.getByText('Not added: There is no model owner/absent.').waitFor();
  });
});
