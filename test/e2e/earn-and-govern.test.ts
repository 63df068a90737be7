import { existsSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { giveDemoWallet } from '../../scripts/start/demo-wallet.ts';
import { type EmbeddedChain, startEmbeddedChain } from '../../scripts/start/embedded-chain.ts';
import {
  type AgentProgram,
  type GatewayProgram,
  root,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';
import { SampleBuyer } from '../../scripts/start/sample-buyer.ts';
import { startShell } from '../../src/main/compose.ts';
import { governanceSchema } from '../../src/shared/governance.ts';
import { type WalletOverview, walletOverviewSchema } from '../../src/shared/wallet-overview.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../support/dashboard-page.ts';
import { fakeElectron } from '../support/fake-electron.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PATIENCE_MS = 90_000;
const JOBS = 8;

/** The whole way of a user's money, with the real programs, a real chain and a real browser. */
describe.skipIf(browserMissing !== undefined || !existsSync('/usr/bin/bwrap'))('from a job to a say', () => {
  const cleanup = new AsyncDisposableStack();
  let chain: EmbeddedChain;
  let gateway: GatewayProgram;
  let agent: AgentProgram;
  let browser: Browser;
  let opened: DashboardPage;
  let page: Page;
  let electron: ReturnType<typeof fakeElectron>;

  const overview = async (): Promise<WalletOverview> =>
    walletOverviewSchema.parse(await agent.request('GET', '/v1/wallet/overview'));
  const until = (read: () => Promise<unknown>) => expect.poll(read, { timeout: PATIENCE_MS, interval: 500 });
  const governed = async () => governanceSchema.parse(await agent.request('GET', '/v1/governance'));
  const ledger = async () => {
    const { chain: view } = await overview();
    return view === null ? null : view.ledger;
  };

  beforeAll(async () => {
    const folder = cleanup.use(temporaryFolder()).path;
    const within = (name: string) => path.join(folder, name);
    chain = cleanup.use(await startEmbeddedChain(within('chain'), () => {}));
    // The user pays the fees.
    const { profileFile, settlerKeyFile } = chain;
    gateway = cleanup.use(
      await startGatewayProgram({ dataFolder: within('network'), chain: { profileFile, settlerKeyFile } }),
    );
    const dataFolder = within('app');
    agent = cleanup.use(
      await startAgentProgram({
        dataFolder,
        gatewayUrl: gateway.url,
        embedded: true,
        catalogueRoot: gateway.catalogue.root,
        networkProfile: chain.profileFile,
        port: 0,
      }),
    );
    await giveDemoWallet(agent, chain);
    // Demo models earn little.
    await agent.request('PATCH', '/v1/settings', { wallet: { minimumClaim: 0 } });
    electron = fakeElectron(root);
    await startShell(electron, {
      platform: 'linux',
      args: ['.', '--data-dir', dataFolder, '--hidden'],
      executable: '/opt/electron',
      workingFolder: folder,
      homeFolder: folder,
      resourcesFolder: folder,
      environment: { ...process.env, XDG_CONFIG_HOME: within('config') },
      openWindowStateStore: () => ({ get: () => undefined, set: () => {} }),
    });
    cleanup.defer(async () => {
      electron.app.quit();
      await vi.waitFor(() => expect(electron.app.hasQuit).toBe(true), PATIENCE_MS);
    });
    browser = await launchBrowser();
    cleanup.defer(() => browser.close());
    opened = cleanup.use(await openPage(browser, agent.dashboardUrl));
    page = opened.page;
    page.setDefaultTimeout(PATIENCE_MS);
  }, PATIENCE_MS);
  afterAll(() => cleanup.disposeAsync());

  const untilPossible = (action: object) =>
    until(() =>
      agent.request('POST', '/v1/wallet/plans', { action }).then(
        () => true,
        () => false,
      ),
    ).toBe(true);
  const balanceSchema = z.object({ balanceWei: z.coerce.bigint() });
  const balanceOfBuyer = async () => {
    const headers = { authorization: `Bearer ${gateway.apiKey}` };
    const answer = await fetch(`${gateway.url}/v1/buyers/me/voucher`, { headers });
    return balanceSchema.parse(await answer.json()).balanceWei;
  };
  /** What the buyer is charged for one job, which is the same each time. */
  const feeOfOneJob = async () => {
    const before = await balanceOfBuyer();
    await new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey }).embeddings.create({
      model: 'npc-chat',
      input: 'The same sentence as before.',
    });
    return before - (await balanceOfBuyer());
  };

  /** Confirms the plan that the dialog shows, and closes it when a block has the transaction. */
  const confirm = async () => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await dialog.getByText(/^Done/).first().waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('pays what jobs earned, by one click in the tray', async () => {
    const buyer = new SampleBuyer(gateway.url, gateway.apiKey);
    for (let count = 0; count < JOBS; count++) await buyer.buy(AbortSignal.timeout(PATIENCE_MS));
    await until(async () => BigInt((await ledger())?.claimableWei ?? 0) > 0n).toBe(true);
    const item = () =>
      electron.trays[0]?.menu?.items.find(({ label }) => /^Claim [\d.,]+ tGATA, /.test(label ?? ''));
    await until(async () => item()?.label).toBeDefined();
    item()?.click?.();
    await until(async () => electron.notifications.map(({ title }) => title)).toContainEqual(
      expect.stringMatching(/^Claimed [\d.,]+ tGATA$/),
    );
    const after = await ledger();
    expect(BigInt(after?.walletWei ?? 0)).toBeGreaterThan(0n);
    expect(after?.walletWei).toBe(after?.claimedWei);
  });

  it('stakes it from the dashboard', async () => {
    await page.getByRole('link', { name: /^Wallet/ }).click();
    await page.getByRole('button', { name: /^All of it/ }).click();
    await page.getByRole('button', { name: 'Stake', exact: true }).last().click();
    await confirm();
    await until(async () => BigInt((await overview()).chain?.staking.stakedWei ?? 0) > 0n).toBe(true);
  });

  it('proposes a change, votes for it and carries it out', async () => {
    const feeBefore = await feeOfOneJob();
    // Votes count from the block after the one in which they were staked.
    const change = { what: 'fee-split', nodes: 6000, protocol: 500, stakers: 3500 };
    await untilPossible({ kind: 'propose-change', change, description: 'More for those who stake' });
    await page.getByRole('link', { name: /^Governance/ }).click();
    await page.getByRole('button', { name: 'Propose a change' }).first().click();
    await page.getByLabel('Nodes, %').fill('60');
    await page.getByLabel('Protocol, %').fill('5');
    await page.getByLabel('Stakers, %').fill('35');
    await page.getByLabel('Why?').fill('More for those who stake');
    await page.getByRole('button', { name: 'See what it costs' }).click();
    await confirm();
    await page.getByRole('button', { name: 'Vote for', exact: true }).click();
    await confirm();
    await page.getByRole('button', { name: 'Queue it' }).click();
    await confirm();
    // The timelock counts in the chain's time, whose newest block may be a few seconds old.
    const { proposals } = await governed();
    await untilPossible({ kind: 'execute-proposal', proposalId: proposals[0]?.id });
    await page.getByRole('button', { name: 'Carry it out' }).click();
    await confirm();
    await page.getByText('60% to nodes, 5% to the protocol, 35% to stakers').first().waitFor();
    expect((await governed()).parameters.feeSplit).toEqual({ nodes: 6000, protocol: 500, stakers: 3500 });
    expect(opened.complaints).toEqual([]);
    // The node is paid the same, which is less of what the buyer pays now: 80 % before, 60 % since.
    await until(async () => Number(await feeOfOneJob()) / Number(feeBefore)).toBeCloseTo(80 / 60, 3);
  });
});
