import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxView } from '../../../src/shared/local-api.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { ago, readyState } from '../../support/dashboard-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

const SANDBOX: SandboxView = {
  mechanism: 'landlock',
  working: true,
  detail: 'Models open no files but their own.',
  protections: [
    { code: 'files', enforced: true, detail: 'A model opens no file but its own.' },
    { code: 'network', enforced: false, detail: 'Windows leaves it the network.' },
    { code: 'memory', enforced: true, detail: 'A model has at most 8.0 GiB.' },
  ],
  selfTest: { attempts: 54, escapes: [], at: ago(60) },
};

describe.skipIf(browserMissing !== undefined)(`the sandbox in the settings ${browserMissing ?? ''}`, () => {
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

  async function open(sandbox: SandboxView): Promise<Page> {
    agent.status = readyState({ sandbox });
    opened = await openPage(browser, agent.url);
    const { page } = opened;
    await page.goto(`${agent.origin}/#/settings`);
    await page.getByRole('heading', { name: 'Sandbox', exact: true }).waitFor();
    return page;
  }

  it('tells each protection in words, whether it is enforced, and how the self-test went', async () => {
    const page = await open(SANDBOX);
    await page.getByText('tried to break out in 54 ways: none worked').waitFor();
    const protections = page.getByRole('list', { name: 'What models are kept from' }).getByRole('listitem');
    expect(await protections.count()).toBe(3);
    expect(await protections.nth(0).textContent()).toMatch(/Your files.*kept from it.*no file but its own/);
    expect(await protections.nth(1).textContent()).toMatch(
      /The network.*Not protected.*leaves it the network/,
    );
  });

  it('names what a model could do in a sandbox that does not hold', async () => {
    const page = await open({
      ...SANDBOX,
      mechanism: 'none',
      working: false,
      protections: [],
      selfTest: { attempts: 54, escapes: ['read /etc/shadow (1 bytes)'], at: ago(60) },
    });
    await page.getByText('Does not work', { exact: true }).waitFor();
    await page.getByText('54 ways: 1 worked').waitFor();
    await page.getByText('read /etc/shadow (1 bytes)').waitFor();
  });
});
