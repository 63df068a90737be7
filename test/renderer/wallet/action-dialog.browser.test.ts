import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GataError } from '../../../src/shared/gata-error.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import {
  actionPlan,
  operationView,
  planFee,
  walletChain,
  walletOverview,
  walletState,
} from '../../support/dashboard-wallet-fixtures.ts';
import { WALLET_PASSWORD } from '../../support/dashboard-wallet-keys.ts';

const NOTHING = { claimedWei: '0', stakedWei: '0', withdrawnWei: '0' };
const UNSIGNED = {
  chainId: 31_337,
  nonce: 4,
  to: `0x${'22'.repeat(20)}`,
  data: `0x${'ab'.repeat(100)}`,
  gasLimit: '95000',
  maxFeePerGasWei: '1000000000',
  maxPriorityFeePerGasWei: '1000000000',
};

describe.skipIf(browserMissing !== undefined)(`acting with the wallet ${browserMissing ?? ''}`, () => {
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

  async function open(fragment = '#/wallet'): Promise<Page> {
    opened = await openPage(browser, agent.url);
    await opened.page.goto(`${agent.origin}/${fragment}`);
    await opened.page.getByText('Where your earnings are').waitFor();
    return opened.page;
  }

  /** Opens the dialog of a claim, with its plan. */
  async function openClaim(): Promise<Page> {
    const page = await open();
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    return page;
  }

  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Claim' });
  const confirm = (page: Page) => dialog(page).getByRole('button', { name: 'Confirm', exact: true });
  const bodies = (call: string) => agent.calls.filter((each) => each.call === call).map(({ body }) => body);
  const confirmed = () => bodies('POST /v1/wallet/operations');
  const planned = () => bodies('POST /v1/wallet/plans');
  const unlockDialog = (page: Page) => page.getByRole('dialog', { name: 'Unlock your wallet' });

  it('shows what is done and what it costs, and follows it until it is final', async () => {
    agent.wallet.plan = ({ action }) =>
      actionPlan(action, { summary: 'Claim 200 GATA.', warnings: ['The clock is wrong.'] });
    const page = await openClaim();
    await dialog(page).getByText('Claim 200 GATA.').waitFor();
    await dialog(page).getByText('0.000095\u00a0tBNB').waitFor();
    await dialog(page).getByText('0.57\u00a0GATA · €0.06').waitFor();
    await dialog(page).getByText('The clock is wrong.').waitFor();
    await dialog(page)
      .getByText(/^Valid for 1:5\d$/)
      .waitFor();
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    const [operation] = agent.wallet.operations;
    if (operation === undefined) throw new Error('Nothing was confirmed.');
    agent.wallet.putOperation(operationView({ ...operation, state: 'sent', effects: NOTHING }));
    await dialog(page).getByText('Waiting for a block to take it.').waitFor();
    agent.wallet.putOperation(operationView({ id: operation.id, state: 'mined' }));
    await dialog(page).getByText('100\u00a0GATA claimed').waitFor();
    agent.wallet.putOperation(operationView({ id: operation.id, state: 'done' }));
    await dialog(page).getByText('Done for good').waitFor();
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('confirms once, however often it is clicked', async () => {
    const page = await openClaim();
    await confirm(page).waitFor();
    // Quicker than any hand: before the page has drawn what the first click did.
    await confirm(page).evaluate((button) => {
      for (let click = 0; click < 5; click++) (button as HTMLElement).click();
    });
    await dialog(page).getByText('Getting ready').waitFor();
    expect(confirmed()).toHaveLength(1);
    expect(agent.wallet.operations).toHaveLength(1);
  });

  it('confirms the same plan again when the answer was lost, and never a new one', async () => {
    const page = await openClaim();
    await confirm(page).waitFor();
    const plans = planned().length;
    await page.route(
      '**/v1/wallet/operations',
      once('POST', (route) => route.abort()),
    );
    await confirm(page).click();
    await dialog(page)
      .getByRole('alert')
      .filter({ hasText: 'it is not known whether this was taken' })
      .waitFor();
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    expect(planned()).toHaveLength(plans);
    expect(agent.wallet.operations).toHaveLength(1);
  });

  it('finds out by itself that a confirmation was taken whose answer was lost', async () => {
    const page = await openClaim();
    await confirm(page).waitFor();
    await page.route(
      '**/v1/wallet/operations',
      once('POST', async (route) => {
        await route.fetch();
        await route.abort();
      }),
    );
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    expect(confirmed()).toHaveLength(1);
  });

  it('plans again when the agent refuses the confirmation, and says why', async () => {
    agent.fail('POST /v1/wallet/operations', 'conflict');
    const page = await openClaim();
    await confirm(page).click();
    await dialog(page).getByRole('alert').filter({ hasText: 'Refused on purpose with conflict.' }).waitFor();
    await expect.poll(() => planned().length).toBe(2);
    agent.succeed('POST /v1/wallet/operations');
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    const [first, second] = confirmed();
    expect(first).not.toEqual(second);
  });

  it('plans again by itself when the plan expires', async () => {
    let isFirst = true;
    agent.wallet.plan = ({ action }) => {
      const seconds = isFirst ? 1 : 120;
      const fee = planFee({ nativeWei: isFirst ? '95000000000000' : '99000000000000' });
      isFirst = false;
      return actionPlan(action, { fee, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() });
    };
    const page = await openClaim();
    await dialog(page).getByText('0.000099\u00a0tBNB').waitFor();
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    expect(planned()).toHaveLength(2);
  });

  it('says why it cannot be done, and looks again', async () => {
    agent.wallet.plan = () => {
      throw new GataError('conflict', 'There is nothing to claim yet.');
    };
    const page = await openClaim();
    await dialog(page).getByText('There is nothing to claim yet.').waitFor();
    expect(await confirm(page).isDisabled()).toBe(true);
    agent.wallet.plan = ({ action }) => actionPlan(action);
    await dialog(page).getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => confirm(page).isEnabled()).toBe(true);
  });

  it('leads to Settings while prices are not told', async () => {
    agent.wallet.plan = ({ action }) => actionPlan(action, { fee: planFee({ gataWei: null, money: null }) });
    const page = await openClaim();
    await dialog(page).getByRole('link', { name: 'Tell Gata what tBNB is worth' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  });

  it('lets the gateway pay where it offers that, and takes that back', async () => {
    agent.wallet.overview = walletOverview({
      chain: walletChain({ claim: { ...walletChain().claim, relayed: true } }),
    });
    const page = await openClaim();
    await dialog(page).getByText('Paid by the gateway').waitFor();
    const relay = dialog(page).getByRole('switch', { name: 'The gateway pays the fee' });
    await relay.click();
    await dialog(page).getByText('0.000095\u00a0tBNB').waitFor();
    await relay.click();
    await dialog(page).getByText('Paid by the gateway').waitFor();
    await expect.poll(() => confirm(page).isEnabled()).toBe(true);
    await confirm(page).click();
    await dialog(page).getByText('Handed to the gateway').waitFor();
    expect(agent.wallet.operations[0]?.relayed).toBe(true);
  });

  it('unlocks first, from the tray as well, and goes on', async () => {
    agent.wallet.overview = walletOverview({ wallet: walletState({ state: 'locked', autoLockAt: null }) });
    const page = await open('#/wallet/claim');
    await unlockDialog(page).waitFor();
    await page.keyboard.press('Escape');
    await unlockDialog(page).waitFor({ state: 'detached' });
    await dialog(page).getByRole('button', { name: 'Unlock to confirm' }).click();
    await unlockDialog(page).waitFor();
    await unlockDialog(page).getByLabel('Password', { exact: true }).fill(WALLET_PASSWORD);
    await page.keyboard.press('Enter');
    await unlockDialog(page).waitFor({ state: 'detached' });
    expect(confirmed()).toEqual([]);
    await confirm(page).click();
    await dialog(page).getByText('Getting ready').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${agent.origin}/#/wallet`);
  });

  it('gives the focus back to the button that opened it', async () => {
    const page = await openClaim();
    await confirm(page).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Claim');
  });

  it('has a transaction signed elsewhere: as text, as a code, and back', async () => {
    agent.wallet.overview = walletOverview({
      wallet: walletState({ state: 'watching', autoLockAt: null, signer: null }),
    });
    const page = await openClaim();
    await dialog(page).getByText('it is signed elsewhere').waitFor();
    await dialog(page).getByRole('button', { name: 'Prepare it' }).click();
    expect(planned()).toEqual([{ action: { kind: 'claim' }, relayed: false, signElsewhere: true }]);
    await dialog(page).getByText('Getting ready').waitFor();
    const [operation] = agent.wallet.operations;
    if (operation === undefined) throw new Error('Nothing was confirmed.');
    agent.wallet.putOperation({ ...operation, effects: NOTHING, unsigned: UNSIGNED });
    const text = dialog(page).getByRole('textbox', { name: 'Transaction to sign' });
    await text.waitFor();
    expect(JSON.parse(await text.inputValue())).toEqual({ type: 2, value: '0', ...UNSIGNED });
    await dialog(page).getByRole('button', { name: 'Show as QR code' }).click();
    await dialog(page).getByRole('img', { name: 'QR code of the transaction to sign' }).waitFor();

    const signed = dialog(page).getByRole('textbox', { name: 'Signed transaction' });
    const send = dialog(page).getByRole('button', { name: 'Send it' });
    for (const [typed, problem] of [
      ['{"r":"0x1"}', 'This is not the signed transaction.'],
      ['0x123', 'This is not a signed transaction'],
      ['02f8', 'This is not a signed transaction'],
    ] as const) {
      await signed.fill(typed);
      await dialog(page).getByText(problem).waitFor();
      expect(await send.isDisabled()).toBe(true);
    }
    await signed.fill(' 0x02f8 \n');
    const call = `POST /v1/wallet/operations/${operation.id}/signed`;
    agent.fail(call, 'transaction-refused');
    await send.click();
    await dialog(page).getByText('Refused on purpose with transaction-refused.').waitFor();
    agent.succeed(call);
    await send.click();
    await dialog(page).getByText('Waiting for a block to take it.').waitFor();
    expect(bodies(call).at(-1)).toEqual({ raw: '0x02f8' });
  });

  it('asks before it cancels what was sent', async () => {
    const sent = operationView({ state: 'sent', effects: NOTHING });
    const [call] = sent.transactions;
    if (call === undefined) throw new Error('The fixture has a transaction.');
    agent.wallet.putOperation({
      ...sent,
      transactions: [{ ...call, block: null, succeeded: null, feeWei: null }],
    });
    const page = await open();
    await page.getByRole('button', { name: /^Details: Claim/ }).click();
    await dialog(page).getByText('In no block yet').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel it' }).click();
    const question = page.getByRole('alertdialog', { name: 'Cancel what was sent?' });
    await question.getByText('costs a fee of its own').waitFor();
    await question.getByRole('button', { name: 'Cancel it' }).click();
    await dialog(page).getByText('Nothing was moved.').waitFor();
  });

  it('cancels without a fee what the gateway was asked for', async () => {
    agent.wallet.putOperation(
      operationView({ state: 'waiting', relayed: true, transactions: [], effects: NOTHING }),
    );
    const page = await open();
    await page.getByRole('button', { name: /^Details: Claim/ }).click();
    await dialog(page).getByRole('button', { name: 'Cancel it' }).click();
    const question = page.getByRole('alertdialog', { name: 'Cancel what the gateway has?' });
    await question.getByText('Cancelling costs nothing.').waitFor();
    await question.getByRole('button', { name: 'Cancel it' }).click();
    await dialog(page).getByText('Nothing was moved.').waitFor();
  });
});

/** Answers the first call of this method otherwise. */
function once(method: string, answer: (route: Route) => Promise<void>): (route: Route) => Promise<void> {
  let isAnswered = false;
  return async (route) => {
    if (isAnswered || route.request().method() !== method) return route.continue();
    isAnswered = true;
    return answer(route);
  };
}
