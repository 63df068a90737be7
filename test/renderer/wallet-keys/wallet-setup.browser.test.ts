import axe from 'axe-core';
import { computeAddress, decryptKeystoreJsonSync, hexlify } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportedWalletSchema } from '../../../src/shared/wallet.ts';
import { keyOfWords } from '../../../src/signer/wallet-words.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import { ACCOUNT, walletOverview, walletState } from '../../support/dashboard-wallet-fixtures.ts';
import { WALLET_PASSWORD } from '../../support/dashboard-wallet-keys.ts';
import { pageContents, secretsIn } from '../../support/page-secrets.ts';

const PASSWORD = 'teller wiese kompott anker';
const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const PRIVATE_KEY = '7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6';

describe.skipIf(browserMissing !== undefined)(`a wallet’s beginning ${browserMissing ?? ''}`, () => {
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
    opened = await openPage(browser, agent.url);
    page = opened.page;
    await page.goto(`${agent.origin}/#/wallet`);
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened.complaints).toEqual([]);
  });

  const choose = (name: RegExp) => page.getByRole('button', { name }).click();
  const wallet = () => agent.wallet.overview.wallet;
  const sent = () => JSON.stringify(agent.calls);
  async function typePassword(password: string, repeated = password): Promise<void> {
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('The same again', { exact: true }).fill(repeated);
  }
  async function showWords(): Promise<void> {
    await choose(/^Create a wallet here/);
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Show my words' }).click();
    await page.getByRole('list', { name: 'Your words' }).waitFor();
  }

  it('takes a payout address, and says what is wrong with one', async () => {
    await choose(/Use an address I have/);
    const field = page.getByRole('textbox', { name: 'Your address' });
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByText('Paste an address.').waitFor();
    agent.fail('PUT /v1/wallet/payout-address', 'invalid-request');
    await field.fill(` ${ACCOUNT} `);
    await field.press('Enter');
    await page.getByRole('alert').getByText('Refused on purpose with invalid-request.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    agent.succeed('PUT /v1/wallet/payout-address');
    await field.press('Enter');
    await expect.poll(() => wallet().state).toBe('watching');
    expect(agent.calls.findLast(({ call }) => call.startsWith('PUT'))?.body).toEqual({ address: ACCOUNT });
  });

  it('makes a wallet whose secrets leave the page only sealed', async () => {
    await choose(/^Create a wallet here/);
    await page.getByRole('radio', { name: '24 words' }).click();
    await page.getByRole('button', { name: 'Show my words' }).click();
    await page.getByText('Choose a password.').waitFor();
    await typePassword('sunshine1');
    await page.getByRole('button', { name: 'Show my words' }).click();
    await page.getByText(/This password is too easy to guess/).waitFor();
    await typePassword(PASSWORD, `${PASSWORD} `);
    await page.getByText('Very good.').waitFor();
    await page.getByRole('button', { name: 'Show my words' }).click();
    await page.getByText('The two passwords differ.').waitFor();
    expect(agent.calls.some(({ call }) => call === 'POST /v1/wallet/create')).toBe(false);
    agent.fail('POST /v1/wallet/key', 'signer-unavailable');
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Show my words' }).click();
    await page.getByText('Refused on purpose with signer-unavailable.').waitFor();
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe('');
    agent.succeed('POST /v1/wallet/key');
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Show my words' }).click();

    const list = page.getByRole('list', { name: 'Your words' });
    await list.waitFor();
    const { words } = agent.wallet.keys;
    expect(words).toHaveLength(24);
    expect(await list.getByRole('listitem').allInnerTexts()).toEqual(
      words.map((word, index) => `${index + 1}\n${word}`),
    );
    await page.getByText('Nothing is kept yet.').waitFor();
    await page.getByRole('button', { name: 'I wrote them down' }).click();

    const fields = page.getByRole('textbox', { name: /^Word \d+$/ });
    await expect.poll(() => fields.count()).toBe(3);
    await page.getByRole('button', { name: 'Keep this wallet' }).click();
    await page.getByText('Type all three words.').waitFor();
    for (const field of await fields.all()) await field.fill('abandon');
    await page.getByRole('button', { name: 'Keep this wallet' }).click();
    await page.getByText('These are not the words that were asked for. Look again.').waitFor();
    expect(wallet().state).toBe('none');
    for (const field of await fields.all()) {
      const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
      await field.fill(words[Number(label.replace('Word ', '')) - 1] ?? '');
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => wallet().state).toBe('unlocked');
    await fields.first().waitFor({ state: 'detached' });

    const phrase = words.join(' ');
    expect(wallet().address).toBe(computeAddress(hexlify(keyOfWords(phrase))));
    expect(secretsIn(`${phrase} ${PASSWORD}`, [phrase, PASSWORD])).not.toEqual([]);
    expect(secretsIn(sent(), [phrase, PASSWORD, 'sunshine1'])).toEqual([]);
    expect(secretsIn(await pageContents(page), [phrase, PASSWORD, 'sunshine1'])).toEqual([]);
  });

  it('keeps nothing of a wallet whose words were not confirmed, and says so', async () => {
    await showWords();
    const phrase = agent.wallet.keys.words.join(' ');
    await page.keyboard.press('Alt+h');
    await page.getByRole('list', { name: 'Your words' }).waitFor({ state: 'detached' });
    expect(secretsIn(await pageContents(page), [phrase, PASSWORD])).toEqual([]);
    await page.keyboard.press('Alt+w');
    await page.getByText(/You left before the words were confirmed/).waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    await page.keyboard.press('Alt+h');
    await page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+w');
    await page.getByRole('button', { name: /^Create a wallet here/ }).waitFor();
    expect(await page.getByText(/You left before/).count()).toBe(0);
    expect(wallet().state).toBe('none');
  });

  it('brings a damaged wallet back by its words', async () => {
    agent.wallet.show(
      walletOverview({
        wallet: walletState({
          state: 'damaged',
          autoLockAt: null,
          signer: null,
          problem: 'wallet.json is damaged.',
        }),
      }),
    );
    await page.getByText('wallet.json is damaged.').waitFor();
    await page.getByRole('button', { name: 'Bring the wallet back' }).click();
    await choose(/^Import a wallet/);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Type the words.').waitFor();
    const field = page.getByRole('textbox', { name: 'Its words' });
    await field.fill(WORDS.replace('yellow', 'thank'));
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText(/These words do not belong together/).waitFor();
    await field.fill(WORDS);
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect.poll(() => wallet().state).toBe('unlocked');
    expect(wallet().address).toBe(computeAddress(hexlify(keyOfWords(WORDS))));
    await field.waitFor({ state: 'detached' });
    expect(secretsIn(sent() + (await pageContents(page)), [WORDS, PASSWORD])).toEqual([]);
  });

  it('imports a private key', async () => {
    await choose(/^Import a wallet/);
    await page.getByRole('radio', { name: 'Private key' }).click();
    const field = page.getByLabel('Its private key', { exact: true });
    await field.fill('0x1234');
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText(/This is no private key/).waitFor();
    await field.fill(PRIVATE_KEY);
    await typePassword(PASSWORD);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect.poll(() => wallet().address).toBe(computeAddress(`0x${PRIVATE_KEY}`));
    expect(secretsIn(sent() + (await pageContents(page)), [PRIVATE_KEY, PASSWORD])).toEqual([]);
  });

  it('imports a wallet file, dropped or chosen, with its password', async () => {
    const { keystore } = exportedWalletSchema.parse(
      await agent.wallet.answer('GET /v1/wallet/keystore', undefined),
    );
    const { address } = decryptKeystoreJsonSync(keystore, WALLET_PASSWORD);
    await choose(/^Import a wallet/);
    await page.getByRole('radio', { name: 'File' }).click();
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
    await page.getByText('notes.txt is no wallet file that can be opened (it is not JSON).').waitFor();
    await page.evaluate((text) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], 'UTC--2026--mine'));
      const label = document.querySelector('label:has(input[type=file])');
      label?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, keystore);
    await page.getByText('UTC--2026--mine').waitFor();
    await page.getByLabel('Password of the file', { exact: true }).fill('something else here');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('The password is wrong.').waitFor();
    await page.getByLabel('Password of the file', { exact: true }).fill(WALLET_PASSWORD);
    await page.keyboard.press('Enter');
    await expect.poll(() => wallet().state).toBe('unlocked');
    expect(wallet().address).toBe(address);
    expect(secretsIn(sent() + (await pageContents(page)), [WALLET_PASSWORD])).toEqual([]);
  });

  it('is usable by all, on a phone’s width too', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(axe.source);
    const check = async () => {
      const found = await page.evaluate(async () => {
        const { violations } = await Reflect.get(window, 'axe').run('main');
        return violations.map(({ id }: { id: string }) => id);
      });
      expect(found).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    };
    await page.getByRole('button', { name: /^Create a wallet here/ }).waitFor();
    await check();
    await showWords();
    await check();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Choose another way' }).click();
    await choose(/^Import a wallet/);
    await page.getByRole('radio', { name: 'File' }).click();
    await check();
  });
});
