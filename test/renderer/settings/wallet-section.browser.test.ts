import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import { walletOverview } from '../../support/dashboard-wallet-fixtures.ts';

describe.skipIf(browserMissing !== undefined)(`the wallet’s settings ${browserMissing ?? ''}`, () => {
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
    agent.wallet.overview = walletOverview();
    opened = await openPage(browser, agent.url);
    page = opened.page;
    await page.goto(`${agent.origin}/#/settings`);
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened.complaints).toEqual([]);
  });

  const section = () => page.getByRole('region', { name: 'Wallet' });
  const field = (name: string) => section().getByRole('textbox', { name });
  const settings = () => agent.settings.wallet;

  it('saves what is typed, and explains what it does not take', async () => {
    await field('Lock after').fill('0');
    await section().getByText('Type a whole number from 1 to 1,440.').waitFor();
    await field('Lock after').fill('5');
    await field('Lock after').press('Enter');
    await expect.poll(() => settings().autoLockMinutes).toBe(5);
    await field('Price of one tBNB').fill('612,5');
    await field('Price of one tBNB').press('Enter');
    await expect.poll(() => settings().nativePrice).toBe(612.5);
    await field('Price of one tBNB').fill('');
    await field('Price of one tBNB').press('Enter');
    await expect.poll(() => settings().nativePrice).toBe(null);
    await field('Highest price of gas').fill('0.0001');
    await section().getByText('Type a number from 0.001 to 10,000.').waitFor();
    await field('Highest price of gas').fill('0.05');
    await field('Highest price of gas').press('Enter');
    await expect.poll(() => settings().gasPriceCeilingGwei).toBe(0.05);
    await field('Not worth claiming below').fill('2.5');
    await field('Not worth claiming below').press('Enter');
    await expect.poll(() => settings().minimumClaim).toBe(2.5);
    await section().getByRole('switch', { name: 'Let the gateway pay fees' }).click();
    await expect.poll(() => settings().relayClaims).toBe(false);
  });

  it('shows the limits of claiming by itself when it is on', async () => {
    await section().getByText('You claim when you like.').waitFor();
    expect(await field('Only from').count()).toBe(0);
    await section().getByRole('radio', { name: 'Claim and stake' }).click();
    await expect.poll(() => settings().autoClaim).toBe('claim-and-stake');
    await section()
      .getByText(/Staked GATA takes time to get back/)
      .waitFor();
    await field('Only from').fill('250');
    await field('Only from').press('Enter');
    await expect.poll(() => settings().autoClaimAbove).toBe(250);
    await field('Only while the fee is below').fill('101');
    await section().getByText('Type a number from 0 to 100.').waitFor();
    await field('Only while the fee is below').fill('1.5');
    await field('Only while the fee is below').press('Enter');
    await expect.poll(() => settings().autoClaimFeePercent).toBe(1.5);
  });
});
