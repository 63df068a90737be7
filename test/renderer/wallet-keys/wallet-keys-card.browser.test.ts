import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import { decryptKeystoreJsonSync } from 'ethers';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import { ACCOUNT, walletOverview, walletState } from '../../support/dashboard-wallet-fixtures.ts';
import { WALLET_PASSWORD } from '../../support/dashboard-wallet-keys.ts';
import { pageContents, secretsIn } from '../../support/page-secrets.ts';

const NEW_PASSWORD = 'teller wiese kompott anker';
const OTHER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

describe.skipIf(browserMissing !== undefined)(`the wallet’s keys ${browserMissing ?? ''}`, () => {
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
    await page.goto(`${agent.origin}/#/wallet`);
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened.complaints).toEqual([]);
  });

  const card = () => page.getByRole('region', { name: 'Keys and security' });
  const button = (name: string) => card().getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const password = () => dialog().getByLabel('Password', { exact: true });
  const wallet = () => agent.wallet.overview.wallet;
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');

  it('locks, and unlocks with the password alone', async () => {
    await card()
      .getByText(/^Locks in \d+ min$/)
      .waitFor();
    agent.wallet.setState({ autoLockAt: new Date(Date.now() + 59_000).toISOString() });
    await card()
      .getByText(/^Locks in \d+ s$/)
      .waitFor();
    await button('Lock now').click();
    await card().getByText('Locked. The key is in no program’s memory.').waitFor();
    await button('Unlock').click();
    await password().fill('not the password');
    await page.keyboard.press('Enter');
    await dialog().getByText('The password is wrong.').waitFor();
    expect(await password().inputValue()).toBe('');
    expect(wallet().state).toBe('locked');
    await password().fill(WALLET_PASSWORD);
    await dialog().getByRole('button', { name: 'Show: Password' }).click();
    expect(await password().getAttribute('type')).toBe('text');
    await dialog().getByRole('button', { name: 'Unlock' }).click();
    await dialog().waitFor({ state: 'detached' });
    await button('Lock now').waitFor();
    const seen = JSON.stringify(agent.calls) + (await pageContents(page));
    expect(secretsIn(seen, [WALLET_PASSWORD, 'not the password'])).toEqual([]);
  });

  it('makes the next try wait after many wrong passwords', async () => {
    agent.wallet.setState({ state: 'locked', autoLockAt: null, signer: null });
    agent.wallet.keys.waitMs = (failures) => (failures < 2 ? 0 : 3_600_000);
    await button('Unlock').click();
    for (const wrong of ['one', 'two']) {
      await password().fill(wrong);
      await page.keyboard.press('Enter');
      await dialog().getByRole('alert').waitFor();
    }
    await dialog()
      .getByText(/You can try the next one in (59:\d\d|1:00:00)/)
      .waitFor();
    expect(await dialog().getByRole('button', { name: 'Unlock' }).isDisabled()).toBe(true);
    await password().fill(WALLET_PASSWORD);
    agent.wallet.setState({ retryAt: new Date(Date.now() + 500).toISOString() });
    await expect.poll(() => dialog().getByRole('button', { name: 'Unlock' }).isEnabled()).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => wallet().state).toBe('unlocked');
  });

  it('keeps the focus in the dialog, gives it back at Escape, and tells that the wallet is damaged', async () => {
    agent.wallet.setState({ state: 'locked', autoLockAt: null, signer: null });
    await button('Unlock').focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('autocomplete')))
      .toBe('current-password');
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Unlock');
    agent.fail('POST /v1/wallet/unlock', 'wallet-damaged');
    await button('Unlock').click();
    await password().fill(WALLET_PASSWORD);
    await page.keyboard.press('Enter');
    await dialog().getByText('Refused on purpose with wallet-damaged.').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('changes the password', async () => {
    await button('Change password').click();
    await dialog().getByLabel('Password until now', { exact: true }).fill('wrong');
    await dialog().getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await dialog().getByLabel('The same again', { exact: true }).fill(NEW_PASSWORD);
    await page.keyboard.press('Enter');
    await dialog().getByText('The password is wrong.').waitFor();
    await dialog().getByLabel('Password until now', { exact: true }).fill(WALLET_PASSWORD);
    await dialog().getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await dialog().getByLabel('The same again', { exact: true }).fill(NEW_PASSWORD);
    await page.keyboard.press('Enter');
    await dialog().getByText('The password is changed. Make a new backup now.').waitFor();
    await dialog().getByRole('button', { name: 'Done' }).click();
    await button('Lock now').click();
    await button('Unlock').click();
    await password().fill(NEW_PASSWORD);
    await page.keyboard.press('Enter');
    await expect.poll(() => wallet().state).toBe('unlocked');
    const seen = JSON.stringify(agent.calls) + (await pageContents(page));
    expect(secretsIn(seen, [WALLET_PASSWORD, NEW_PASSWORD])).toEqual([]);
  });

  it('saves a backup that opens with the password', async () => {
    await button('Back up').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog().getByRole('button', { name: 'Save the file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`gata-wallet-${ACCOUNT}.json`);
    const text = await readFile(await download.path(), 'utf8');
    expect(decryptKeystoreJsonSync(text, WALLET_PASSWORD).address).toBe(ACCOUNT);
    await dialog().getByText(`Saved as gata-wallet-${ACCOUNT}.json`).waitFor();
    agent.fail('GET /v1/wallet/keystore', 'wallet-damaged');
    await dialog().getByRole('button', { name: 'Save the file' }).click();
    await dialog().getByText('Refused on purpose with wallet-damaged.').waitFor();
  });

  it('forgets the wallet by its password, and says what is kept', async () => {
    await button('Forget').click();
    await password().fill('wrong');
    await page.keyboard.press('Enter');
    await dialog().getByText('The password is wrong.').waitFor();
    expect(wallet().state).toBe('unlocked');
    await password().fill(WALLET_PASSWORD);
    await page.keyboard.press('Enter');
    await dialog()
      .getByText(/Its file is kept as wallet\.forgotten-/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Done' }).click();
    await card().getByText('Payout address only').waitFor();
    await button('Add a key to claim from here').click();
    await page.getByRole('button', { name: /^Create a wallet here/ }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await button('Add a key to claim from here').waitFor();
  });

  it('forgets the wallet by its address, for whom the password is lost', async () => {
    await button('Forget').click();
    await dialog().getByRole('radio', { name: 'typing its address' }).click();
    const field = dialog().getByRole('textbox', { name: 'Address of this wallet' });
    await field.fill(OTHER);
    await page.keyboard.press('Enter');
    await dialog().getByText('That is not the wallet’s address.').waitFor();
    await field.fill(ACCOUNT);
    await page.keyboard.press('Enter');
    await dialog().getByText('The wallet is forgotten.').waitFor();
    expect(wallet().state).toBe('watching');
  });

  it('pays to another address, shows how well the key is kept apart, and needs Gata for all else', async () => {
    await button('Payout address').click();
    await dialog().getByRole('textbox', { name: 'Your address' }).fill(OTHER);
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await card().getByText(OTHER).waitFor();
    await card().getByText('Not this wallet: what you earn goes to the address above.').waitFor();
    expect(wallet()).toMatchObject({ state: 'unlocked', address: ACCOUNT, payoutAddress: OTHER });
    await card().getByText('The key is kept apart from everything else.').waitFor();
    agent.wallet.setState({ signer: { isolated: false, detail: 'Install bubblewrap.' } });
    await card().getByText('The key is in a process of its own, without a sandbox.').waitFor();
    await card().getByText('Install bubblewrap.').waitFor();
    await agent.stop();
    await expect.poll(() => button('Lock now').isDisabled()).toBe(true);
  });

  it.each(['light', 'dark'] as const)('is usable by all in the %s theme', async (theme) => {
    agent.settings = { ...agent.settings, appearance: { theme } };
    agent.emit({ event: 'settings', data: agent.settings });
    agent.wallet.setState(walletState({ payoutAddress: OTHER }));
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
    await page.evaluate(axe.source);
    const violations = (part: Locator) =>
      part.evaluate(async (root) => {
        const { violations: found } = await Reflect.get(window, 'axe').run(root);
        return found.map(({ id }: { id: string }) => id);
      });
    await card().waitFor();
    expect(await violations(card())).toEqual([]);
    for (const name of theme === 'light' ? ['Change password', 'Forget'] : []) {
      await button(name).click();
      await dialog().waitFor();
      expect(await violations(dialog())).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
    }
  });
});
