import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScheduleRule } from '../../../src/shared/schedule.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { demoModels, readyState } from '../../support/dashboard-fixtures.ts';
import { profit } from '../../support/dashboard-gpu-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`schedule and energy ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.models = demoModels();
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(fragment = '#/settings'): Promise<Page> {
    opened = await openPage(browser, agent.url);
    await opened.page.goto(`${agent.origin}/${fragment}`);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
    return opened.page;
  }

  const schedule = () => agent.settings.gpu.schedule;
  const tariff = () => agent.settings.energy.tariff;

  describe('Schedule', () => {
    it('adds a rule, changes all of it, and removes it', async () => {
      const page = await open();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      const rule = page.getByRole('group', { name: 'Rule 1' });
      await rule.getByText('the next day').waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Monday');
      await page.keyboard.press('Space');
      await expect.poll(() => schedule()[0]?.days).toEqual([0, 2, 3, 4, 5, 6]);
      await rule.getByLabel('From').fill('18:30');
      await rule.getByLabel('Until').fill('23:00');
      await rule.getByLabel('Until').press('Enter');
      await rule.getByLabel('Then').selectOption('Off');
      await expect
        .poll(schedule)
        .toEqual([{ days: [0, 2, 3, 4, 5, 6], from: '18:30', until: '23:00', preset: 'off' }]);
      await page.getByRole('button', { name: 'Remove rule 1' }).click();
      await page.getByText('No rules. Each card uses its own preset at all times.').waitFor();
      expect(schedule()).toEqual([]);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Add a rule');
    });

    it('orders rules, and the focus goes with the rule', async () => {
      const rule = (from: string): ScheduleRule => ({ days: [1], from, until: '23:00', preset: 'quiet' });
      agent.settings.gpu.schedule = [rule('08:00'), rule('09:00'), rule('10:00')];
      const page = await open();
      const focused = () => page.evaluate(() => document.activeElement?.ariaLabel);
      await page.getByRole('button', { name: 'Move rule 3 up' }).click();
      await expect.poll(() => schedule().map(({ from }) => from)).toEqual(['08:00', '10:00', '09:00']);
      await expect.poll(focused).toBe('Move rule 2 up');
      await page.keyboard.press('Enter');
      await expect.poll(() => schedule().map(({ from }) => from)).toEqual(['10:00', '08:00', '09:00']);
      expect(await page.getByRole('button', { name: 'Move rule 1 up' }).isDisabled()).toBe(true);
    });

    it('refuses a rule without a day and a time that is none', async () => {
      agent.settings.gpu.schedule = [{ days: [3], from: '08:00', until: '09:00', preset: 'off' }];
      const page = await open();
      await page.getByRole('button', { name: 'Wednesday' }).click();
      await page.getByText('Choose at least one day.').waitFor();
      const from = page.getByLabel('From');
      await from.focus();
      await page.keyboard.press('Backspace');
      await page.getByText('Type a time such as 22:30.').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => from.inputValue()).toBe('08:00');
      expect(agent.calls.some(({ call }) => call.startsWith('PATCH'))).toBe(false);
    });

    it('lets Gata work on battery', async () => {
      const page = await open();
      await page.getByRole('switch', { name: 'Work on battery' }).click();
      await expect.poll(() => agent.settings.gpu.onBattery).toBe(true);
    });
  });

  describe('Energy', () => {
    it('takes one price, keeps it for every hour, and forgets it', async () => {
      const page = await open();
      await page.getByRole('radio', { name: 'One price' }).click();
      const price = page.getByRole('textbox', { name: 'Price per kilowatt hour' });
      await price.fill('0,2875');
      await price.press('Enter');
      await expect.poll(tariff).toEqual({ kind: 'flat', pricePerKilowattHour: 0.2875 });
      await price.fill('1001');
      await price.press('Enter');
      await page.getByText('Type a number from 0 to 1,000.').waitFor();
      await price.press('Escape');
      await page.getByRole('radio', { name: 'By hour' }).click();
      await expect
        .poll(tariff)
        .toEqual({ kind: 'hourly', pricesPerKilowattHour: Array.from({ length: 24 }, () => 0.2875) });
      await page.getByRole('radio', { name: 'Not set' }).click();
      await expect.poll(tariff).toBeNull();
    });

    it('takes a price for one hour and for many at once', async () => {
      agent.settings.energy.tariff = {
        kind: 'hourly',
        pricesPerKilowattHour: Array.from({ length: 24 }, () => 0.3),
      };
      const page = await open();
      const noon = page.getByRole('textbox', { name: 'Price from 12:00 to 13:00' });
      await noon.fill('x');
      await page.getByText('Type a price from 0 to 1,000.').waitFor();
      await noon.fill('0.4');
      await noon.press('Enter');
      const form = page.getByRole('form', { name: 'Set many hours at once' });
      await form.getByRole('button', { name: 'Set these hours' }).click();
      await form.getByText('Type a price from 0 to 1,000.').waitFor();
      await form.getByLabel('Price').fill('0.1');
      await form.getByRole('button', { name: 'Set these hours' }).click();
      const night = (hour: number) => hour < 6 || hour >= 22;
      await expect.poll(tariff).toEqual({
        kind: 'hourly',
        pricesPerKilowattHour: Array.from({ length: 24 }, (_, hour) =>
          night(hour) ? 0.1 : hour === 12 ? 0.4 : 0.3,
        ),
      });
    });

    it('takes what GATA is worth, or that nobody knows', async () => {
      const page = await open();
      const worth = page.getByRole('textbox', { name: 'What one GATA is worth to you' });
      await page.getByText('It takes effect once both prices above are set.').waitFor();
      await worth.fill('0.06');
      await worth.press('Enter');
      await expect.poll(() => agent.settings.energy.gataPrice).toBe(0.06);
      await worth.fill('');
      await worth.blur();
      await expect.poll(() => agent.settings.energy.gataPrice).toBeNull();
    });

    it('takes the currency and whether to stop at a loss', async () => {
      const page = await open();
      await page.getByRole('combobox', { name: 'Currency' }).selectOption('SEK');
      await expect.poll(() => agent.settings.energy.currency).toBe('SEK');
      await page.getByRole('switch', { name: 'Stop at a loss' }).click();
      await expect.poll(() => agent.settings.energy.stopAtLoss).toBe(false);
    });

    it('takes a change back when it is refused, and says why', async () => {
      agent.fail('PATCH /v1/settings', 'disk-full');
      const page = await open();
      await page.getByRole('radio', { name: 'One price' }).click();
      await page.getByText('Not saved: Refused on purpose with disk-full.').waitFor();
      expect(await page.getByRole('radio', { name: 'Not set' }).getAttribute('aria-checked')).toBe('true');
    });
  });

  describe('Home', () => {
    it('shows today’s energy and earnings, and asks for the tariff', async () => {
      agent.status = readyState({
        todayProfit: profit({ electricityCost: null, earnedValue: null, net: null }),
      });
      const page = await open('#/');
      const today = page.getByRole('region', { name: 'Today' });
      await today.getByText('1.24\u00a0kWh').waitFor();
      await today.getByText('12.8473 GATA').waitFor();
      await today.getByRole('link', { name: 'Set your electricity price' }).click();
      await page.getByRole('heading', { level: 2, name: 'Energy' }).waitFor();
    });

    it('shows what is left after electricity once both prices are known', async () => {
      agent.settings.energy.tariff = { kind: 'flat', pricePerKilowattHour: 0.29 };
      agent.settings.energy.gataPrice = 0.06;
      agent.status = readyState({ todayProfit: profit({ net: -0.12 }) });
      const page = await open('#/');
      const today = page.getByRole('region', { name: 'Today' });
      await today.getByText('-€0.12').waitFor();
      await today.getByText('€0.36').waitFor();
      expect(await today.getByRole('link', { name: /Set/ }).count()).toBe(0);
    });
  });
});
