import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LibraryView } from '../../../src/shared/providers-page.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`providers in the settings ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(library?: Partial<LibraryView>): Promise<{ page: Page; section: Locator }> {
    if (library !== undefined) agent.providers.put(library);
    opened = await openPage(browser, agent.url);
    const { page } = opened;
    await page.goto(`${agent.origin}/#/settings`);
    const section = page.getByRole('region', { name: 'What models run on' });
    await section.getByText('ONNX Runtime 1.30.0').waitFor();
    return { page, section };
  }

  it('lists what models run on, and says that the network offers no library yet', async () => {
    const { section } = await open();
    expect(await section.getByRole('listitem').count()).toBe(4);
    await section.getByText('The network offers no provider libraries yet.').waitFor();
    await section.getByText('Used first').waitFor();
    expect(await section.getByRole('button').count()).toBe(0);
  });

  it('shows the licence before it downloads, then the progress, and removes the library', async () => {
    const { page, section } = await open({});
    await section.getByRole('button', { name: 'Download the library for CUDA' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('https://licence.example/text').waitFor();
    await dialog.getByText('Do as you please.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(agent.providers.page.providers[1]?.library?.state).toBe('not-installed');
    await section.getByRole('button', { name: 'Download the library for CUDA' }).click();
    await dialog.getByRole('button', { name: 'Accept and download' }).click();
    const progress = section.getByRole('progressbar', { name: 'Download of the library for CUDA' });
    await progress.waitFor();
    agent.providers.put({ doneBytes: 210_000_000 });
    await section.getByText('210 MB of 420 MB').waitFor();
    agent.providers.put({ state: 'installed', doneBytes: null });
    await section.getByText('Library installed').waitFor();
    await section.getByRole('button', { name: 'Remove the library for CUDA' }).click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await section.getByRole('button', { name: 'Download the library for CUDA' }).waitFor();
  });

  it('stops a download, and tells what went wrong with one', async () => {
    const { section } = await open({ state: 'downloading', doneBytes: 1 });
    await section.getByRole('button', { name: 'Stop the download for CUDA' }).click();
    await section.getByRole('button', { name: 'Download the library for CUDA' }).waitFor();
    await opened?.[Symbol.asyncDispose]();
    const again = await open({ state: 'damaged', problem: 'cuda-linux-x64 is damaged: it was changed.' });
    await again.section.getByText('cuda-linux-x64 is damaged: it was changed.').waitFor();
    await again.section.getByText('Library damaged').waitFor();
  });
});
