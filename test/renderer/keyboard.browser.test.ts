import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../support/dashboard-agent.ts';
import { ago, demoModels, jobHistory, readyState } from '../support/dashboard-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`the dashboard by keyboard ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.jobs = jobHistory(60);
    agent.models = demoModels();
    opened = await openPage(browser, agent.url);
    page = opened.page;
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened.complaints).toEqual([]);
  });

  const focusedName = () =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    );
  const lastCall = () => agent.calls.findLast(({ call }) => call.startsWith('POST'));

  it('starts with a link past the navigation', async () => {
    await page.keyboard.press('Tab');
    expect(await focusedName()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await page.keyboard.press('Tab');
    expect(await focusedName()).toBe('Pause');
  });

  it('reaches the screens in order, each with a visible focus', async () => {
    await page.keyboard.press('Tab');
    for (const name of ['Home', 'Jobs', 'Games', 'GPU', 'Wallet', 'Governance', 'Settings']) {
      await page.keyboard.press('Tab');
      expect(await focusedName()).toContain(name);
      const outline = await page.evaluate(() => {
        const { activeElement } = document;
        return activeElement === null ? '' : getComputedStyle(activeElement).outlineStyle;
      });
      expect(outline).toBe('solid');
    }
  });

  it('pauses and resumes', async () => {
    await page.keyboard.press('Alt+p');
    await expect.poll(focusedName).toBe('For 1 hour');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focusedName).toBe('Until I stop playing');
    await page.keyboard.press('Enter');
    await expect.poll(lastCall).toEqual({ call: 'POST /v1/pause', body: { until: 'games-end' } });
    agent.show(
      readyState({
        state: 'paused',
        reasons: [{ code: 'user-paused', message: 'Paused by you until you stop playing', since: ago(1) }],
      }),
    );
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.keyboard.press('Alt+p');
    await expect.poll(lastCall).toEqual({ call: 'POST /v1/resume', body: undefined });
  });

  it('closes the pause menu with Escape and gives the focus back', async () => {
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focusedName()).toBe('Pause');
    expect(lastCall()).toBeUndefined();
  });

  it('walks the jobs with the arrows, opens one and returns to its row', async () => {
    await page.keyboard.press('Alt+j');
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    for (const name of ['StateAll', 'KindAll', 'Tensor run']) {
      await page.keyboard.press('Tab');
      expect(await focusedName()).toContain(name);
    }
    for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('tr:focus').getAttribute('aria-rowindex')).toBe('8');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Job details' }).waitFor();
    await expect.poll(() => page.locator('tr:focus').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('tr:focus').getAttribute('aria-rowindex')).toBe('8');
  });

  it('keeps the focus inside a dialog and gives it back', async () => {
    await page.keyboard.press('Alt+s');
    await page.getByRole('switch', { name: 'Run without a sandbox' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('alertdialog').waitFor();
    // The harmless answer has the focus, and a shortcut changes nothing behind the dialog.
    expect(await focusedName()).toBe('Cancel');
    await page.keyboard.press('Alt+h');
    for (let press = 0; press < 5; press++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=alertdialog]') !== null)).toBe(
        true,
      );
    }
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(
      await page
        .getByRole('switch', { name: 'Run without a sandbox' })
        .evaluate((element) => element === document.activeElement),
    ).toBe(true);
    expect(agent.settings.compute.allowUnsandboxed).toBe(false);
  });

  it('chooses the theme with the arrows', async () => {
    await page.keyboard.press('Alt+s');
    await page.getByRole('radio', { name: 'System' }).focus();
    for (const name of ['Light', 'Dark']) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(focusedName).toBe(name);
    }
    await page.keyboard.press('Space');
    await expect.poll(() => agent.settings.appearance.theme).toBe('dark');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  });
});
