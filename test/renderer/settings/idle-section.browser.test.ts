import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { ago, ahead, readyState } from '../../support/dashboard-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`when the computer is used ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(fragment = '#/settings', shell?: string): Promise<Page> {
    opened = await openPage(browser, shell === undefined ? agent.url : 'about:blank');
    const { page } = opened;
    if (shell !== undefined) {
      await page.addInitScript(shell);
      await page.goto(agent.url);
    }
    await page.goto(`${agent.origin}/${fragment}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  const keys = (page: Page) => page.getByRole('button', { name: /^Keys to pause and resume/ });
  const idle = () => agent.settings.idle;

  it('takes what to do while keyboard and mouse are used, and how long', async () => {
    const page = await open();
    await page.getByText('unless this computer has a second card').waitFor();
    const minutes = page.getByRole('textbox', { name: 'You are away after' });
    await minutes.fill('12');
    await minutes.press('Enter');
    await expect.poll(() => idle().idleMinutes).toBe(12);
    await page.getByRole('radio', { name: 'Work on' }).click();
    await expect.poll(() => idle().whileInUse).toBe('run');
    await minutes.waitFor({ state: 'detached' });
  });

  it.each<[string, () => string | boolean, string | boolean]>([
    ['Pause while other programs use the card', () => idle().whileGpuBusy, 'run'],
    ['Pause while other programs use the processor', () => idle().whileCpuBusy, 'pause'],
    ['Pause while the screen is recorded or shared', () => agent.settings.games.whileRecording, true],
    ['Pause only the card that a game uses', () => agent.settings.games.onlyItsCard, true],
    ['Work on a metered network', () => idle().onMeteredNetwork, true],
  ])('takes "%s"', async (name, setting, after) => {
    const page = await open();
    await page.getByRole('switch', { name }).click();
    await expect.poll(setting).toBe(after);
  });

  it('takes the hot key as it is pressed, and refuses keys that typing needs', async () => {
    const page = await open();
    await keys(page).getByText('Ctrl').waitFor();
    await page.getByText('this page in a browser cannot').waitFor();
    await keys(page).click();
    await page.keyboard.press('Shift+K');
    await page.getByText('so that you can still type').waitFor();
    await page.keyboard.press('Control+Shift+F9');
    await expect.poll(() => idle().hotKey).toBe('CommandOrControl+Shift+F9');
    await keys(page).getByText('F9').waitFor();
  });

  it('keeps the hot key when the capture is left', async () => {
    const page = await open();
    for (const way of ['Escape', 'Tab']) {
      await keys(page).focus();
      await page.keyboard.press('Enter');
      await page.getByText('Press the keys').waitFor();
      await page.keyboard.press(way);
      await page.getByText('Press the keys').waitFor({ state: 'detached' });
    }
    expect(idle().hotKey).toBe('CommandOrControl+Alt+P');
    expect(agent.calls.some(({ call }) => call.startsWith('PATCH'))).toBe(false);
  });

  it('removes the hot key, and the focus stays', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Remove the keys to pause and resume' }).click();
    await expect.poll(() => idle().hotKey).toBeNull();
    await keys(page).getByText('None').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('None');
  });

  it('says in the app that another program has the keys, and has them silenced while new ones are pressed', async () => {
    const endpoint = JSON.stringify({ baseUrl: agent.origin, token: agent.token });
    const state = JSON.stringify({ hotKey: 'CommandOrControl+Alt+P', state: 'taken' });
    const page = await open(
      '#/settings',
      `window.captured = [];
       window.gata = {
         endpoint: async () => (${endpoint}),
         onEndpointChange: () => () => {},
         hotKey: async () => (${state}),
         onHotKeyChange: (listener) => { window.tellHotKey = listener; return () => {}; },
         captureHotKey: async (active) => { window.captured.push(active); },
         onShowScreen: (listener) => { window.showScreen = listener; return () => {}; },
       };`,
    );
    await page.getByText('Another program has these keys. Choose others.').waitFor();
    expect(await page.getByText('this page in a browser cannot').count()).toBe(0);
    await page.evaluate(`tellHotKey({ hotKey: 'CommandOrControl+Alt+P', state: 'active' })`);
    await page.getByText('Another program has these keys.').waitFor({ state: 'detached' });
    await keys(page).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('captured')).toEqual([true, false]);
    await page.evaluate(`showScreen('home')`);
    await expect.poll(() => new URL(page.url()).hash).toBe('#/');
  });

  it('says at home that it waits for the user to leave, who may let it work', async () => {
    agent.status = readyState({
      state: 'paused',
      reasons: [{ code: 'in-use', message: 'You are using the computer', since: ago(1), until: ahead(299) }],
      resumesAt: ahead(299),
    });
    const page = await open('#/');
    await page.getByText('Jobs resume once keyboard and mouse have rested for 5 minutes.').waitFor();
    expect(await page.getByRole('timer').count()).toBe(0);
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Work anyway' }).click();
    await expect.poll(() => agent.calls.some(({ call }) => call === 'POST /v1/resume')).toBe(true);
    agent.show(readyState());
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Pause');
  });
});
