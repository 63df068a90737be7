import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { ago, ahead } from '../../support/dashboard-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import {
  ACCOUNT,
  gata,
  noWallet,
  operationView,
  stakingView,
  walletChain,
  walletOverview,
  walletState,
} from '../../support/dashboard-wallet-fixtures.ts';

const NOTHING = { claimedWei: '0', stakedWei: '0', withdrawnWei: '0' };
const OTHER = `0x${'5a'.repeat(20)}`;

describe.skipIf(browserMissing !== undefined)(`the Wallet screen ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.wallet.overview = walletOverview();
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
    opened = await openPage(browser, agent.url, options);
    await opened.page.goto(`${agent.origin}/#/wallet`);
    await opened.page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor();
    return opened.page;
  }

  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const text = async (page: Page, name: string) =>
    ((await card(page, name).textContent()) ?? '').replaceAll('\u00a0', ' ');
  const dialog = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
  const plans = () =>
    agent.calls.filter(({ call }) => call === 'POST /v1/wallet/plans').map(({ body }) => body);
  const action = (index: number) => (plans().at(index) as { action: unknown } | undefined)?.action;

  describe('balances', () => {
    it('add up to what was earned, to the digit that is shown and to the last', async () => {
      const ledger = {
        ...walletChain().ledger,
        pendingWei: '10500060000000000001',
        waitingWei: '24000060000000000000',
        claimableWei: '200000090000000000000',
        claimedWei: '1000000000000000000000',
        earnedWei: '1234500210000000000001',
      };
      agent.wallet.overview = walletOverview({ chain: walletChain({ ledger }) });
      const page = await open();
      const figures = async () =>
        (await card(page, 'Where your earnings are').locator('td').allTextContents()).map((figure) =>
          BigInt(figure.replace(/\D/g, '')),
        );
      for (const name of ['Every digit', undefined]) {
        const [pending = 0n, waiting = 0n, claimable = 0n, claimed = 0n, sum] = await figures();
        expect(pending + waiting + claimable + claimed).toBe(sum);
        if (name !== undefined) await page.getByRole('button', { name }).click();
      }
      expect(await text(page, 'Where your earnings are')).toContain('=1,234.500210000000000001');
      // No more is promised than there is.
      await card(page, 'Ready to claim').getByText('200', { exact: true }).waitFor();
    });

    it('say so when they do not add up, and what is not told', async () => {
      const { ledger } = walletChain();
      agent.wallet.overview = walletOverview({
        chain: walletChain({
          ledger: {
            ...ledger,
            pendingWei: null,
            claimedHereWei: gata(900),
            stakingRewardsWei: null,
            stakedHereWei: '0',
          },
        }),
      });
      const page = await open();
      const shown = await text(page, 'Where your earnings are');
      expect(shown).toContain('Not told');
      expect(shown).toContain('100 GATA of it by other programs.');
      await page.getByRole('alert').filter({ hasText: '10.5 GATA are unaccounted for' }).waitFor();
      await page.getByText('Another program staked too').waitFor();
    });

    it('follow what the agent tells', async () => {
      const page = await open();
      await card(page, 'Ready to claim').getByText('200', { exact: true }).waitFor();
      const { ledger } = walletChain();
      agent.wallet.show({ chain: walletChain({ ledger: { ...ledger, claimableWei: gata(201.25) } }) });
      await card(page, 'Ready to claim').getByText('201.25', { exact: true }).waitFor();
    });

    it('are compared with the receipts', async () => {
      const page = await open();
      await page.getByText('321 receipts of your work say what the gateway’s statements say.').waitFor();
      const statements = { comparedAt: ago(5), receipts: 9, difference: 'It is 0.25 GATA lower.' };
      agent.wallet.show({ statements });
      await page.getByRole('alert').filter({ hasText: 'It is 0.25 GATA lower.' }).waitFor();
      agent.wallet.show({ statements: null });
      await page.getByText('were not compared with the gateway’s statements yet').waitFor();
    });
  });

  describe('claiming', () => {
    it('says what it costs, that it is not worth it yet, and lets the user do it all the same', async () => {
      const { claim } = walletChain();
      agent.wallet.overview = walletOverview({
        chain: walletChain({ claim: { ...claim, notWorthIt: 'You claim from 300 GATA.' } }),
      });
      const page = await open();
      expect(await text(page, 'Ready to claim')).toContain('0.000095 tBNB0.57 GATA · €0.06');
      await page.getByText('Not worth it yet: You claim from 300 GATA.').waitFor();
      await page.getByRole('button', { name: 'Claim & stake' }).click();
      await dialog(page, 'Claim and stake').getByRole('button', { name: 'Confirm' }).waitFor();
      expect(action(0)).toEqual({ kind: 'claim-and-stake' });
    });

    it('is not offered without anything to claim, nor twice', async () => {
      const { ledger } = walletChain();
      agent.wallet.overview = walletOverview({
        chain: walletChain({
          ledger: { ...ledger, claimableWei: '0' },
          claim: { fee: null, relayed: true, notWorthIt: null },
        }),
      });
      const page = await open();
      const claim = page.getByRole('button', { name: 'Claim', exact: true });
      await page.getByText('Nothing to claim yet.').waitFor();
      expect(await claim.isDisabled()).toBe(true);
      agent.wallet.show({ chain: walletChain() });
      await expect.poll(() => claim.isEnabled()).toBe(true);
      agent.wallet.putOperation(operationView({ state: 'sent', effects: NOTHING }));
      await page.getByText('A claim is under way.').waitFor();
      expect(await claim.isDisabled()).toBe(true);
    });

    it('shows what it is worth at the user’s price, but not on a test network', async () => {
      agent.settings.energy.gataPrice = 0.5;
      const page = await open();
      await page.getByText('Gata test network: worth nothing.').waitFor();
      expect(await text(page, 'Ready to claim')).not.toContain('at your price');
      agent.wallet.setState({ network: { name: 'Gata', test: false, chainId: 56 } });
      await page.getByText('about €100.00 at your price').waitFor();
      expect(await page.getByText('worth nothing').count()).toBe(0);
    });
  });

  describe('the stake', () => {
    it('takes an amount, and says what is wrong with one as it is typed', async () => {
      const page = await open();
      const stake = card(page, 'Stake');
      const field = stake.getByRole('textbox', { name: 'Amount to stake' });
      const button = stake.getByRole('button', { name: 'Stake', exact: true });
      expect(await button.isDisabled()).toBe(true);
      for (const [typed, problem] of [
        ['1,5', 'Write decimals with a point'],
        ['lots', 'Type an amount such as 12.5.'],
        ['-3', 'Type an amount such as 12.5.'],
        ['0', 'Type an amount above zero.'],
        ['1.0000000000000000001', 'These are too many decimals: GATA has 18.'],
        ['450.1', 'This is more than the 450\u00a0GATA that you have.'],
      ] as const) {
        await field.fill(typed);
        await stake.getByRole('alert').filter({ hasText: problem }).waitFor();
        expect(await field.getAttribute('aria-invalid')).toBe('true');
        expect(await button.isDisabled()).toBe(true);
      }
      await field.fill('100');
      await stake.getByText(/Your stake would then bring about 50\.39\d*\u00a0GATA a year\./).waitFor();
      await field.press('Enter');
      await dialog(page, 'Stake').waitFor();
      expect(action(0)).toEqual({ kind: 'stake', amount: '100' });
      await page.keyboard.press('Escape');
      await stake.getByRole('button', { name: /^All of it/ }).click();
      expect(await field.inputValue()).toBe('450');
      await button.click();
      await expect.poll(() => action(1)).toEqual({ kind: 'stake', amount: '450' });
    });

    it('is unstaked in part or as a whole', async () => {
      const page = await open();
      const stake = card(page, 'Stake');
      await stake.getByRole('radio', { name: 'Unstake' }).click();
      await stake.getByText('It takes 7 days.').waitFor();
      await stake.getByRole('textbox', { name: 'Amount to unstake' }).fill('12.5');
      await stake.getByRole('button', { name: 'Unstake' }).click();
      await dialog(page, 'Unstake').waitFor();
      await page.keyboard.press('Escape');
      await stake.getByRole('button', { name: /^All of it/ }).click();
      await stake.getByRole('button', { name: 'Unstake' }).click();
      await expect.poll(() => plans().length).toBe(2);
      expect([action(0), action(1)]).toEqual([
        { kind: 'unstake', amount: '12.5' },
        { kind: 'unstake', amount: 'all' },
      ]);
    });

    it('says what it brings, on what that rests, and what is held back', async () => {
      const page = await open();
      const shown = await text(page, 'Stake');
      expect(shown).toContain('8.4% a year · about 42 GATA for your stake');
      expect(shown).toContain('everybody keeps their stake, without compounding');
      expect(shown).toContain('last 90 days');
      expect(shown).toContain('Tier 1');
      agent.wallet.show({
        chain: walletChain({
          staking: stakingView({
            yearlyReturn: null,
            rewardsLastSeconds: null,
            tier: 0,
            heldForSlashWei: gata(3),
          }),
        }),
      });
      await page.getByText('No rewards are being paid to stakers now').waitFor();
      await page.getByText('3\u00a0GATA are held back').waitFor();
      await card(page, 'Stake').getByText('None yet').waitFor();
    });

    it('offers to vote with it, and to let somebody else', async () => {
      agent.wallet.overview = walletOverview({
        chain: walletChain({ staking: stakingView({ delegate: null, votesWei: '0' }) }),
      });
      const page = await open();
      await page.getByText('Your stake does not vote').waitFor();
      await page.getByRole('button', { name: 'Vote yourself' }).click();
      await expect.poll(() => action(0)).toEqual({ kind: 'delegate', to: ACCOUNT });
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Name somebody else' }).click();
      const field = page.getByRole('textbox', { name: 'Address that votes for you' });
      const submit = page.getByRole('button', { name: 'Look at it' });
      for (const wrong of ['0x12', `0x${'0'.repeat(40)}`, 'vitalik.eth']) {
        await field.fill(wrong);
        await page.getByRole('alert').filter({ hasText: 'An address is 0x' }).waitFor();
        expect(await submit.isDisabled()).toBe(true);
      }
      await field.fill(OTHER);
      await submit.click();
      await expect.poll(() => action(1)).toEqual({ kind: 'delegate', to: OTHER });
      agent.wallet.show({ chain: walletChain({ staking: stakingView({ delegate: OTHER }) }) });
      await page.getByText('0x5a5a…5a5a votes with your stake.').waitFor();
    });

    it('counts down on its way out, is withdrawn, and is taken back', async () => {
      agent.wallet.overview = walletOverview({
        chain: walletChain({
          staking: stakingView({
            unbonding: [
              { index: 0, assetsWei: gata(20), releasedAt: ahead(4 * 86_400 + 5000), released: false },
              { index: 1, assetsWei: gata(5.5), releasedAt: ahead(100), released: false },
              { index: 2, assetsWei: gata(7), releasedAt: ago(9), released: true },
              { index: 3, assetsWei: gata(1), releasedAt: ago(1), released: false },
            ],
            withdrawableWei: gata(7),
          }),
        }),
      });
      const page = await open();
      const unbonding = card(page, 'Unbonding');
      await unbonding.getByText(/^4d 1h left, until /).waitFor();
      const clock = unbonding.getByText(/^1:\d\d left, until /);
      const before = await clock.textContent();
      await expect.poll(() => clock.textContent()).not.toBe(before);
      await unbonding.getByText('Can be withdrawn', { exact: true }).waitFor();
      await unbonding.getByText('Can be withdrawn in a moment').waitFor();
      await unbonding.getByRole('button', { name: 'Withdraw 7\u00a0GATA' }).click();
      await expect.poll(() => action(0)).toEqual({ kind: 'withdraw' });
      await page.keyboard.press('Escape');
      await unbonding.getByRole('button', { name: 'Take 5.5\u00a0GATA back into the stake' }).click();
      await expect.poll(() => action(1)).toEqual({ kind: 'restake', index: 1 });
    });
  });

  describe('the activity', () => {
    it('shows each operation with its state, its effects, its fee and its transaction', async () => {
      const why = 'The contract refused it.';
      agent.wallet.operations = [
        operationView({ state: 'mined', relayed: true, action: { kind: 'claim-and-stake' } }),
        operationView({ at: ago(90), action: { kind: 'stake', amount: '25' }, effects: NOTHING }),
        operationView({ at: ago(99), state: 'failed', detail: why, effects: NOTHING }),
        ...Array.from({ length: 9 }, () => operationView({ at: ago(999) })),
      ];
      const page = await open();
      const rows = page
        .getByRole('list', { name: 'What the wallet did, newest first' })
        .getByRole('listitem');
      await expect.poll(() => rows.count()).toBe(8);
      const plain = async (index: number) =>
        ((await rows.nth(index).textContent()) ?? '').replaceAll('\u00a0', ' ');
      expect(await plain(0)).toMatch(/Claim and stakeIn a block.*100 GATA claimed · fee paid by the gateway/);
      expect(await plain(1)).toMatch(/Stake 25 GATADone.*fee 0\.00007336 tBNB0xabab…ababExplorer/);
      expect(await plain(2)).toContain(why);
      const link = rows.nth(1).getByRole('link', { name: 'Open 0xabab…abab in the explorer' });
      expect(await link.getAttribute('href')).toMatch(/^https:\/\/explorer\.example\/tx\/0x(ab){32}$/);
      await page.getByRole('button', { name: 'Show all 12' }).click();
      await expect.poll(() => rows.count()).toBe(12);
      await rows.nth(1).getByRole('button').click();
      await dialog(page, 'Stake 25 GATA').getByText('Block 4,200').waitFor();
    });

    it('is exported for a spreadsheet', async () => {
      agent.wallet.operations = [operationView(), operationView({ detail: 'No, "never"' })];
      const page = await open();
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export CSV' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('gata-wallet-activity.csv');
      const table = await readFile(await download.path(), 'utf8');
      expect(table.split('\r\n')).toHaveLength(4);
      expect(table).toContain(',claim,done,100,0,0,0.000073367,wallet,');
      expect(table).toContain('"No, ""never"""');
    });

    it('says what will be there, and that it did not load', async () => {
      agent.fail('GET /v1/wallet/operations', 'internal-error');
      const page = await open();
      await page.getByText('The activity did not load').waitFor();
      agent.succeed('GET /v1/wallet/operations');
      await card(page, 'Activity').getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Nothing done yet').waitFor();
    });

    it('asks for the signature that an operation waits for', async () => {
      const unsigned = {
        chainId: 31_337,
        nonce: 4,
        to: OTHER,
        data: `0x${'ab'.repeat(9000)}`,
        gasLimit: '1',
        maxFeePerGasWei: '1',
        maxPriorityFeePerGasWei: '1',
      };
      agent.wallet.operations = [
        operationView({ state: 'waiting', transactions: [], effects: NOTHING, unsigned }),
      ];
      const page = await open();
      await card(page, 'Activity').getByText('Waits for your signature').waitFor();
      await page.getByRole('button', { name: /^Details: Claim/ }).click();
      await dialog(page, 'Claim').getByRole('button', { name: 'Show as QR code' }).click();
      await page.getByText('This transaction is too long for a QR code.').waitFor();
      await dialog(page, 'Claim').getByRole('button', { name: 'Cancel it' }).click();
      await dialog(page, 'Claim').getByText('Nothing was moved.').waitFor();
    });
  });

  describe('without all that it needs', () => {
    it('begins with setting up a wallet', async () => {
      agent.wallet.overview = noWallet();
      const page = await open();
      await page.getByRole('heading', { name: 'Where should your earnings go?' }).waitFor();
      expect(await card(page, 'Ready to claim').count()).toBe(0);
    });

    it('says that no network is configured, and what to do', async () => {
      agent.wallet.overview = walletOverview({ wallet: walletState({ network: null }), chain: null });
      const page = await open();
      await page.getByText('No network is configured').waitFor();
      await page.getByText('--network-profile FILE').waitFor();
      expect(await card(page, 'Activity').count()).toBe(0);
    });

    it('says that it looks at the chain, why it cannot, and how old the figures are', async () => {
      agent.wallet.overview = walletOverview({ chain: null });
      const page = await open();
      await page.getByRole('status', { name: 'Looking at the chain' }).waitFor();
      agent.wallet.show({ problem: 'No endpoint answers.' });
      await page.getByText('No endpoint answers. Gata keeps trying.').waitFor();
      agent.wallet.show({ chain: walletChain() });
      await page.getByText(/No endpoint answers\. The figures below are from \d/).waitFor();
      agent.wallet.show({ problem: null });
      await page.getByText('No endpoint answers.').waitFor({ state: 'detached' });
    });

    it('shows a failure to load and loads when asked again', async () => {
      agent.fail('GET /v1/wallet/overview', 'internal-error');
      const page = await open();
      await page.getByRole('alert').filter({ hasText: 'The wallet did not load' }).waitFor();
      agent.succeed('GET /v1/wallet/overview');
      await page.getByRole('button', { name: 'Try again' }).click();
      await card(page, 'Ready to claim').waitFor();
    });

    it('keeps what it knows while the agent is away, and lets nothing be done', async () => {
      const page = await open();
      await card(page, 'Ready to claim').waitFor();
      await agent.stop();
      await page.getByRole('region', { name: 'Gata is not running' }).waitFor();
      for (const name of ['Claim', 'Claim & stake', 'Stake'])
        expect(await page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
    });
  });

  it.each(['light', 'dark'] as const)('is usable by all and fits in the %s theme', async (colorScheme) => {
    agent.wallet.operations = [
      operationView({ state: 'failed', detail: 'Why'.repeat(60), effects: NOTHING }),
      operationView({ relayed: true }),
    ];
    const ledger = { ...walletChain().ledger, walletWei: `${'9'.repeat(40)}` };
    agent.wallet.overview = walletOverview({
      problem: 'No endpoint answers.',
      statements: { comparedAt: ago(5), receipts: 9, difference: 'Lower'.repeat(30) },
      chain: walletChain({
        ledger,
        claim: { ...walletChain().claim, notWorthIt: 'You claim from 300 GATA.' },
        staking: stakingView({
          delegate: null,
          heldForSlashWei: gata(3),
          unbonding: [{ index: 0, assetsWei: gata(7), releasedAt: ago(9), released: true }],
          withdrawableWei: gata(7),
        }),
      }),
    });
    const page = await open({ colorScheme });
    await card(page, 'Ready to claim').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Every digit' }).click();
    for (const width of [360, 640, 1024, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = () =>
        page.evaluate(() => {
          const main = document.querySelector('main');
          return main === null ? Number.NaN : main.scrollWidth - main.clientWidth;
        });
      await expect.poll(overflow, { message: `${width} pixels wide` }).toBeLessThanOrEqual(0);
    }
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    await dialog(page, 'Claim').getByRole('button', { name: 'Confirm' }).waitFor();
    expect(await violations(page, '[role=dialog]')).toEqual([]);
    await dialog(page, 'Claim').getByRole('button', { name: 'Confirm' }).click();
    await dialog(page, 'Claim').getByText('Getting ready').waitFor();
    expect(await violations(page, '[role=dialog]')).toEqual([]);
  });

  /** Of the page, or of what is on top of it. */
  async function violations(page: Page, within = 'html'): Promise<unknown> {
    // Evaluated by the debugger, which the content security policy does not bind.
    await page.evaluate(axe.source);
    return page.evaluate(
      `axe.run('${within}', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
    );
  }
});
