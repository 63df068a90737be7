import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/shared/error-codes.ts';
import { GataError } from '../../../src/shared/gata-error.ts';
import type { WalletAction } from '../../../src/shared/wallet-transactions.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { proposalView, someProposals } from '../../support/dashboard-governance-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';
import {
  ACCOUNT,
  actionPlan,
  gata,
  governance,
  walletOverview,
} from '../../support/dashboard-wallet-fixtures.ts';

describe.skipIf(browserMissing !== undefined)(`the Governance screen ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;
  let planned: WalletAction[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.wallet.overview = walletOverview();
    agent.wallet.governance = governance({ proposals: someProposals() });
    planned = [];
    agent.wallet.plan = ({ action }) => {
      planned.push(action);
      return actionPlan(action);
    };
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    opened = await openPage(browser, agent.url, options);
    await opened.page.goto(`${agent.origin}/#/governance`);
    await opened.page.getByRole('heading', { level: 1, name: 'Governance' }).waitFor();
    return opened.page;
  }
  const proposal = (page: Page, name: string) => page.getByRole('article', { name });

  it('shows what holds, what may be voted with, and each proposal in words', async () => {
    const page = await open();
    const parameters = page.getByRole('region', { name: 'In force now' });
    await parameters.getByText('80%').waitFor();
    expect(await parameters.textContent()).toMatch(
      /70% of the nodes’ share goes by the work.* 30% by how long/,
    );
    const power = page.getByRole('region', { name: 'Your votes' });
    expect(await power.textContent()).toMatch(/Votes500Stake500.GATAVotes with your stakeYou/);
    const active = proposal(page, 'More for the nodes');
    const text = await active.textContent();
    expect(text).toMatch(/2d 3h left to vote/);
    expect(text).toContain('Split what buyers pay: 85% to nodes');
    // A stranger's text is text.
    expect(text).toContain('<b>They</b> do the work');
    expect(await active.getByRole('link').count()).toBe(0);
    expect(text).toMatch(/For21,600 votes, 86\.4%/);
    expect(text).toMatch(/22,600 of 40,000 needed: not enough yet/);
    await proposal(page, 'Replace the staking contract').getByText('does not understand').waitFor();
    const ended = proposal(page, 'Lower the protocol’s share');
    expect(await ended.getByText('It would').isVisible()).toBe(false);
    await ended.getByRole('button').first().click();
    await ended.getByText('You voted against it.').waitFor();
  });

  it('votes, after what it costs was seen', async () => {
    const page = await open();
    const active = proposal(page, 'More for the nodes');
    await active.getByRole('button', { name: 'Vote for' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect.poll(() => agent.wallet.operations.length).toBe(1);
    expect(planned[0]).toEqual({ kind: 'vote', proposalId: '79412', support: 'for' });
    await page.keyboard.press('Escape');
    await active.getByText('Your vote is on its way.').waitFor();
    agent.wallet.governance = governance({ proposals: [proposalView({ hasVoted: true, ownVote: 'for' })] });
    const [operation] = agent.wallet.operations;
    if (operation !== undefined) agent.wallet.putOperation({ ...operation, state: 'done' });
    await active.getByText('You voted for it. A vote cannot be changed.').waitFor();
  });

  it('queues and carries out what was accepted', async () => {
    const page = await open();
    await proposal(page, 'Pay readiness better').getByRole('button', { name: 'Queue it' }).click();
    await page.getByRole('dialog', { name: 'Queue' }).waitFor();
    await page.keyboard.press('Escape');
    await proposal(page, 'Replace the staking').getByRole('button', { name: 'Carry it out' }).click();
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => planned.map(({ kind }) => kind)).toEqual(['queue-proposal', 'execute-proposal']);
  });

  it('writes a proposal, checks it as it is typed, and keeps the draft', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Propose a change' }).click();
    const form = page.getByRole('dialog', { name: 'Propose a change' });
    const submit = form.getByRole('button', { name: 'See what it costs' });
    await form.getByText('That is in force already.').waitFor();
    expect(await submit.isDisabled()).toBe(true);
    await form.getByLabel('Nodes, %').fill('85');
    await form.getByText('Together 105%').waitFor();
    await form.getByLabel('Stakers, %').fill('x');
    await form.getByText('A number with a point').waitFor();
    await form.getByLabel('Stakers, %').fill('10');
    await form.getByText('Together 100%').waitFor();
    expect(await submit.isDisabled()).toBe(true);
    await form.getByLabel('Why?').fill('More for the nodes');
    await submit.click();
    const plan = page.getByRole('dialog');
    await plan.getByRole('button', { name: 'Confirm' }).waitFor();
    await expect.poll(() => planned.length).toBe(1);
    expect(planned[0]).toEqual({
      kind: 'propose-change',
      change: { what: 'fee-split', nodes: 8500, protocol: 500, stakers: 1000 },
      description: 'More for the nodes',
    });
    await page.keyboard.press('Escape');
    await expect.poll(() => form.getByLabel('Why?').inputValue()).toBe('More for the nodes');
    await form.getByRole('radio', { name: 'Models' }).click();
    await form.getByLabel('Kind of model').fill('Video!');
    await form.getByText('Lower-case letters').waitFor();
    await form.getByLabel('Kind of model').fill('video.generate');
    await form.getByLabel('Its work counts, times').fill('2.5');
    await submit.click();
    await expect.poll(() => planned.length).toBe(2);
    expect(planned[1]).toMatchObject({
      change: { what: 'model-type', kind: 'video.generate', admitted: true, rewardWeight: 25_000 },
    });
  });

  it('says what it needs to propose, and to vote', async () => {
    agent.wallet.governance = governance({
      votesWei: '0',
      delegate: null,
      proposals: [proposalView({ powerWei: '0' })],
    });
    const page = await open();
    await page.getByText('You had no votes when voting began').waitFor();
    await page.getByRole('button', { name: 'Propose a change' }).click();
    await page.getByText('You need 100 votes to propose; you have 0.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Vote with it yourself' }).click();
    await expect.poll(() => planned).toEqual([{ kind: 'delegate', to: ACCOUNT }]);
  });

  it('does without a wallet, without proposals, and without a network', async () => {
    agent.wallet.governance = governance({ account: null, delegate: null, votesWei: '0', stakedWei: '0' });
    const page = await open();
    await page.getByText('Nothing was proposed yet').waitFor();
    await page.getByText('There is no wallet yet').waitFor();
    expect(await page.getByRole('button', { name: 'Propose a change' }).count()).toBe(0);
    const refuse = (code: ErrorCode) => {
      Object.defineProperty(agent.wallet, 'governance', {
        get: () => {
          throw new GataError(code, `Refused with ${code}.`);
        },
      });
    };
    refuse('network-not-configured');
    await page.reload();
    await page.getByText('No network').first().waitFor();
  });

  it('is readable for everybody, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ colorScheme });
      await proposal(page, 'More for the nodes').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Propose a change' }).click();
      await page.getByRole('dialog').getByLabel('Nodes, %').fill('x');
      expect(await violations(page, '[role=dialog]')).toEqual([]);
      await opened?.[Symbol.asyncDispose]();
    }
  });

  /** What axe objects to. Evaluated by the debugger, which the content security policy does not bind. */
  async function violations(page: Page, within = 'html'): Promise<unknown> {
    await page.evaluate(axe.source);
    return page.evaluate(
      `axe.run('${within}').then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`,
    );
  }

  it('fits on narrow and wide screens, in both themes', async () => {
    agent.wallet.governance = governance({
      proposals: [proposalView({ title: 'W'.repeat(120), description: 'W'.repeat(3000) })],
      votesWei: gata(123_456_789.123456),
      stakedWei: gata(123_456_789.123456),
    });
    for (const [width, colorScheme] of [
      [360, 'dark'],
      [1600, 'light'],
    ] as const) {
      const page = await open({ viewport: { width, height: 900 }, colorScheme });
      await proposal(page, 'WWW').waitFor();
      const widest = await page.evaluate(() =>
        Math.max(
          ...[...document.querySelectorAll('main *')].map((each) => each.getBoundingClientRect().right),
        ),
      );
      expect(widest).toBeLessThanOrEqual(width);
      await opened?.[Symbol.asyncDispose]();
    }
  });
});
