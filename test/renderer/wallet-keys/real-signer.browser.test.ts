import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decryptKeystoreJson } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { walletStateSchema } from '../../../src/shared/wallet.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import { builtSigner } from '../../support/built-program.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import { walletOverview } from '../../support/dashboard-wallet-fixtures.ts';
import { pageContents, secretsIn } from '../../support/page-secrets.ts';

const DASHBOARD = path.resolve(import.meta.dirname, '../../../out/renderer');
const PASSWORD = 'teller wiese kompott anker';
const WRONG = 'teller wiese kompott amboss';
/** Deriving a key from a password is slow on purpose. */
const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserMissing !== undefined)(
  `the wallet’s life with the real signer ${browserMissing ?? ''}`,
  () => {
    let browser: Browser;
    let api: TestApi;
    let opened: DashboardPage;
    let page: Page;
    const sent: string[] = [];

    beforeAll(async () => {
      await builtSigner();
      browser = await launchBrowser();
    }, 120_000);
    afterAll(() => browser?.close());
    beforeEach(async () => {
      api = await startTestApi({ dashboardFolder: DASHBOARD });
      opened = await openPage(browser, `${api.url}/#token=${api.tokens.ui}`);
      page = opened.page;
      page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')));
      // The keys are real, the chain is left out: this API has none.
      await page.route('**/v1/wallet/overview', async (route) => {
        const wallet = walletStateSchema.parse(await (await api.request('GET', '/v1/wallet')).json());
        await route.fulfill({ json: walletOverview({ wallet, chain: null, statements: null }) });
      });
      await page.goto(`${api.url}/#/wallet`);
    });
    afterEach(async () => {
      await opened[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      expect(opened.complaints).toEqual([]);
    });

    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const keys = () => page.getByRole('region', { name: 'Keys and security' });
    const password = () => page.getByRole('dialog').getByLabel('Password', { exact: true });

    it('creates, confirms, locks, unlocks, exports and forgets', async () => {
      await button(/^Create a wallet here/).click();
      await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('The same again', { exact: true }).fill(PASSWORD);
      await button('Show my words').click();
      const list = page.getByRole('list', { name: 'Your words' });
      await list.waitFor(PATIENCE);
      const words = (await list.getByRole('listitem').allInnerTexts()).map(
        (text) => text.split('\n')[1] ?? '',
      );
      expect(words).toHaveLength(12);
      expect(existsSync(path.join(api.dataFolder, 'wallet.json'))).toBe(false);
      await button('I wrote them down').click();
      for (const field of await page.getByRole('textbox', { name: /^Word \d+$/ }).all()) {
        const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
        await field.fill(words[Number(label.replace('Word ', '')) - 1] ?? '');
      }
      await button('Keep this wallet').click();
      await keys().getByRole('button', { name: 'Lock now' }).waitFor(PATIENCE);
      expect(existsSync(path.join(api.dataFolder, 'wallet.json'))).toBe(true);

      await keys().getByRole('button', { name: 'Lock now' }).click();
      await page.getByText('Locked. The key is in no program’s memory.').waitFor(PATIENCE);
      expect(api.wallet.signerPid).toBeUndefined();
      await keys().getByRole('button', { name: 'Unlock' }).click();
      await password().fill(WRONG);
      await page.keyboard.press('Enter');
      await page.getByText(/^The password is wrong\./).waitFor(PATIENCE);
      await password().fill(PASSWORD);
      await page.keyboard.press('Enter');
      await keys().getByRole('button', { name: 'Lock now' }).waitFor(PATIENCE);
      await page.getByText('The key is kept apart from everything else.').waitFor();

      await button('Back up').click();
      const [download] = await Promise.all([page.waitForEvent('download'), button('Save the file').click()]);
      const keystore = await readFile(await download.path(), 'utf8');
      const { privateKey, address } = await decryptKeystoreJson(keystore, PASSWORD);
      expect(address).toBe(api.wallet.address);
      await page.keyboard.press('Escape');

      await button('Forget').click();
      await password().fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByText(/Its file is kept as wallet\.forgotten-/).waitFor(PATIENCE);
      await button('Done').click();
      await page.getByText('Payout address only').waitFor();
      expect(api.wallet.state()).toMatchObject({ state: 'watching', payoutAddress: address });

      const secrets = [words.join(' '), PASSWORD, WRONG, privateKey.slice(2)];
      expect(sent.some((request) => request.includes('/v1/wallet/confirm-words'))).toBe(true);
      expect(secretsIn(sent.join('\n'), secrets)).toEqual([]);
      expect(secretsIn(await pageContents(page), secrets)).toEqual([]);
    }, 120_000);

    it('says what is wrong with a payout address', async () => {
      await button(/Use an address I have/).click();
      const field = page.getByRole('textbox', { name: 'Your address' });
      for (const [address, problem] of [
        ['0x70997970C51812dc3A010C7d01b50e0d17dc79c8', /its checksum is wrong/],
        [`0x${'0'.repeat(40)}`, /must not be the zero address/],
        ['0x1234', /must be 0x and 40 hexadecimal digits/],
      ] as const) {
        await field.fill(address);
        await page.keyboard.press('Enter');
        await page.getByText(problem).waitFor();
      }
      await field.fill('0x70997970c51812dc3a010c7d01b50e0d17dc79c8');
      await page.keyboard.press('Enter');
      await page.getByText('0x70997970C51812dc3A010C7d01b50e0d17dc79C8').first().waitFor();
    });
  },
);
