import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardAgent } from '../support/dashboard-agent.ts';
import {
  ago,
  ahead,
  demoModels,
  gamePausedState,
  jobHistory,
  jobView,
  readyState,
  runningJob,
  workingState,
} from '../support/dashboard-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`the dashboard ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.jobs = jobHistory(30);
    agent.models = demoModels();
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    // Whatever a test does, nothing may break the content security policy or throw.
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(path = '', options: Parameters<typeof openPage>[2] = {}) {
    opened = await openPage(browser, agent.url, options);
    if (path !== '') await opened.page.goto(`${agent.origin}/${path}`);
    return opened.page;
  }

  describe('opening', () => {
    it('takes the token out of the address bar and keeps it for reloads', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Ready for the next job' }).waitFor();
      expect(page.url()).toBe(`${agent.origin}/#/`);
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Ready for the next job' }).waitFor();
    });

    it('says how to open it when there is no token', async () => {
      opened = await openPage(browser, agent.origin);
      await opened.page.getByRole('heading', { name: 'Open the dashboard from Gata' }).waitFor();
      await opened.page.getByText('gata open', { exact: true }).waitFor();
      expect(agent.calls).toEqual([]);
    });

    it('says that the link has expired when the token is refused, and takes a new one', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Ready' }).waitFor();
      agent.token = 'a-new-token';
      await page.reload();
      await page.getByRole('heading', { name: 'This link is no longer valid' }).waitFor();
      await page.evaluate((token) => {
        location.hash = `#token=${token}`;
      }, agent.token);
      await page.getByRole('heading', { level: 1, name: 'Ready for the next job' }).waitFor();
    });

    it('shows that it loads while the agent is slow', async () => {
      agent.fail('GET /v1/', 'silence');
      const page = await open();
      await page.getByRole('status', { name: 'Loading' }).waitFor();
    });
  });

  describe('Home', () => {
    it('shows the job at work and says plainly what is a demo', async () => {
      agent.status = workingState(runningJob({ tokens: 57 }), { tokensPerSecond: 187.6 });
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Running AI jobs' }).waitFor();
      const card = page.getByRole('region', { name: 'Current job' });
      await expect.poll(() => card.textContent()).toMatch(/Text generation[\s\S]*NPC Chat[\s\S]*Demo model/);
      expect(await card.textContent()).toMatch(/188[\s\S]*57[\s\S]*CPU/);
      await page.getByText('Demo network on this machine: sample buyer, no real earnings').waitFor();
      await page.getByText('Protected by bubblewrap').waitFor();
    });

    it('says why it is paused the moment a game starts, and announces it', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Ready' }).waitFor();
      agent.show(gamePausedState());
      await page.getByRole('heading', { level: 1, name: 'Hades II is running' }).waitFor();
      await page.getByText('Jobs resume 10 seconds after you stop playing.').waitFor();
      await page.getByText('Gata is paused: Hades II is running').waitFor();
      expect(await page.title()).toBe('Paused · Home · Gata');
      agent.show(readyState());
      await page.getByText('Gata is running again.').waitFor();
    });

    it('lists every reason, counts down to the end, and offers to resume', async () => {
      agent.status = readyState({
        state: 'paused',
        reasons: [
          { code: 'pause-lease', message: 'Soonchain: Starting a game', since: ago(5), until: ahead(90) },
          { code: 'user-paused', message: 'Paused by you for a while', since: ago(60), until: ahead(3540) },
        ],
        resumesAt: ahead(3540),
      });
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Soonchain: Starting a game' }).waitFor();
      await page.getByText('Also in the way').waitFor();
      await page.getByRole('listitem').filter({ hasText: 'Paused by you for a while' }).waitFor();
      const countdown = page.getByRole('timer');
      const shown = await countdown.textContent();
      expect(shown).toMatch(/^Resumes in 5\d:\d\d/);
      await expect.poll(() => countdown.textContent(), { timeout: 3000 }).not.toBe(shown);
      await page.getByRole('button', { name: 'End my pause' }).click();
      await expect.poll(() => agent.calls.map(({ call }) => call)).toContain('POST /v1/resume');
    });

    it('explains a missing sandbox and leads to what can be done', async () => {
      const detail = 'bubblewrap is not installed. Run: sudo apt install bubblewrap';
      agent.status = readyState({
        state: 'paused',
        reasons: [{ code: 'no-sandbox', message: detail, since: ago(60) }],
        sandbox: { mechanism: 'none', working: false, detail, protections: [], selfTest: null },
      });
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'The sandbox does not work' }).waitFor();
      await page.getByText(detail).first().waitFor();
      await page.getByText('Not protected').waitFor();
      await page.getByRole('link', { name: 'See your options in Settings' }).click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    });

    it('dismisses notices, and keeps one that could not be dismissed', async () => {
      const notice = { level: 'warning', at: ago(60) } as const;
      agent.status = readyState({
        notices: [
          { ...notice, id: 'n1', code: 'settings-damaged', message: 'The settings file was damaged.' },
          { ...notice, id: 'n2', code: 'unsandboxed', message: 'Models run without a sandbox.' },
        ],
      });
      agent.fail('DELETE /v1/notices/n2', 'internal-error');
      const page = await open();
      await page.getByRole('button', { name: 'Dismiss: The settings file was damaged.' }).click();
      await page.getByText('The settings file was damaged.').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Dismiss: Models run without a sandbox.' }).click();
      await page.getByText('Not dismissed: Refused on purpose with internal-error.').waitFor();
    });

    it('shows models that were stopped, with why, and tries one again', async () => {
      const stopped = {
        at: ago(60),
        faults: [
          {
            at: ago(120),
            kind: 'crash',
            detail: 'The worker process ended unexpectedly (ended by signal 11).',
          },
          { at: ago(60), kind: 'hang', detail: 'The worker had said nothing for 30.0 s at its deadline.' },
        ],
      } as const;
      const models = [
        { ...stopped, faults: [...stopped.faults], digest: 'a'.repeat(64), modelId: 'bad/model' },
        { ...stopped, faults: [...stopped.faults], digest: 'b'.repeat(64), modelId: 'other/model' },
      ];
      agent.status = readyState({ quarantinedModels: models });
      agent.fail(`DELETE /v1/quarantine/${'b'.repeat(64)}`, 'internal-error');
      const page = await open();
      const region = page.getByRole('region', { name: 'Stopped models' });
      await region.getByText('Got stuck: The worker had said nothing').first().waitFor();
      await page.getByRole('button', { name: 'Try again: bad/model' }).click();
      await region.getByText('bad/model').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Try again: other/model' }).click();
      await page.getByText('Not tried again: Refused on purpose with internal-error.').waitFor();
    });

    it('says that a pause failed', async () => {
      agent.fail('POST /v1/pause', 'shutting-down');
      const page = await open();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('menuitem', { name: 'Until I resume' }).click();
      await page.getByRole('alert').filter({ hasText: 'Not paused' }).waitFor();
    });

    it('has something to say before the first job', async () => {
      agent.jobs = [];
      agent.models = [];
      agent.status = readyState({
        tokensPerSecond: null,
        today: {
          finished: 0,
          failed: 0,
          preempted: 0,
          tokens: 0,
          energyJoules: 0,
          earnedWei: '0',
          byKind: {},
        },
      });
      const page = await open();
      await page.getByText('No job yet').waitFor();
      await page.getByText('jobs finished').waitFor();
    });

    it('survives a status it does not understand and asks to be reloaded', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Ready' }).waitFor();
      agent.emitRaw('event: status\ndata: {"state":"levitating"}\n\n');
      await page.getByRole('region', { name: 'This page is out of date' }).waitFor();
      await page.getByRole('heading', { level: 1, name: 'Ready' }).waitFor();
    });
  });

  describe('the agent going away', () => {
    it('shows it, disables what cannot be done, and recovers by itself', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Ready' }).waitFor();
      await agent.stop();
      await page.getByRole('region', { name: 'Gata is not running' }).waitFor();
      expect(await page.getByRole('button', { name: 'Pause' }).isDisabled()).toBe(true);
      agent.status = gamePausedState();
      await agent.listen();
      await page
        .getByRole('button', { name: 'Try now' })
        .click({ timeout: 5000 })
        .catch(() => {
          // It came back before the click.
        });
      await page.getByRole('heading', { level: 1, name: 'Hades II is running' }).waitFor();
      expect(await page.getByRole('region', { name: 'Gata is not running' }).count()).toBe(0);
    });

    it('says so on every screen when it was never there', async () => {
      const page = await open();
      await page.getByRole('heading', { level: 1 }).waitFor();
      // The page itself comes from the agent, so it is there first and gone at the first fetch.
      agent.fail('GET /v1/', 'internal-error');
      await page.reload();
      for (const screen of ['', 'jobs', 'settings']) {
        await page.goto(`${agent.origin}/#/${screen}`);
        await page.getByRole('region', { name: 'Gata is not running' }).waitFor();
        await page.getByRole('main').getByText('Gata is not running').waitFor();
      }
    });
  });

  describe('Jobs', () => {
    it('lists jobs newest first and shows one in detail, with its error', async () => {
      const page = await open('#/jobs');
      const grid = page.getByRole('grid', { name: 'Jobs, newest first' });
      await grid.getByRole('columnheader', { name: 'Tokens' }).waitFor();
      await grid.getByRole('row').filter({ hasText: 'Failed' }).click();
      const detail = page.getByRole('complementary', { name: 'Job details' });
      await detail.getByText('The prompt has 733 tokens; this model takes 512.').waitFor();
      await detail.getByText('Error code context-length-exceeded').waitFor();
      await detail.getByText(agent.jobs[6]?.id ?? '').waitFor();
    });

    it('filters by state and kind, and can be brought back from nothing', async () => {
      const page = await open('#/jobs');
      await page.getByRole('button', { name: 'State All' }).click();
      await page.getByRole('menuitemradio', { name: 'Failed' }).click();
      const rows = page.getByRole('grid').getByRole('row');
      await expect.poll(() => rows.count()).toBe(2);
      await page.getByRole('button', { name: 'Kind All' }).click();
      await page.getByRole('menuitemradio', { name: 'Image recognition' }).click();
      await page.getByText('No jobs match these filters').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await expect.poll(() => rows.count()).toBeGreaterThan(10);
    });

    it('says what will be listed while there is nothing', async () => {
      agent.jobs = [];
      const page = await open('#/jobs');
      await page.getByText('Every job this machine takes is listed here, newest first.').waitFor();
      agent.putJob(runningJob({ acceptedAt: ago(0) }));
      await page.getByRole('row').filter({ hasText: 'Running' }).waitFor();
    });

    it('shows a failure to load and loads when asked again', async () => {
      agent.fail('GET /v1/jobs', 'internal-error');
      const page = await open('#/jobs');
      await page.getByRole('alert').filter({ hasText: 'Error code internal-error' }).waitFor();
      agent.succeed('GET /v1/jobs');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('grid').waitFor();
    });

    it('draws only the rows in view of a long list and loads older ones', async () => {
      agent.jobs = jobHistory(150);
      const page = await open('#/jobs');
      const grid = page.getByRole('grid');
      await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('101');
      expect(await grid.getByRole('row').count()).toBeLessThan(40);
      await grid.getByRole('row').nth(1).focus();
      await page.keyboard.press('End');
      await page.getByRole('button', { name: 'Load older jobs' }).click();
      await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('151');
      await page.getByText('These are all jobs.').waitFor({ state: 'attached' });
    });

    it('holds what is read in place while jobs arrive, and leads back to the top', async () => {
      agent.jobs = jobHistory(90);
      const page = await open('#/jobs');
      await page.getByRole('row').nth(1).focus();
      for (let press = 0; press < 2; press++) await page.keyboard.press('PageDown');
      const focused = page.locator('tr:focus');
      const before = await focused.boundingBox();
      const text = await focused.textContent();
      for (let index = 0; index < 3; index++) agent.putJob(jobView({ acceptedAt: ago(0) }));
      const back = page.getByRole('button', { name: '3 new jobs' });
      await back.waitFor();
      expect(await focused.textContent()).toBe(text);
      expect(await focused.boundingBox()).toEqual(before);
      await back.click();
      await back.waitFor({ state: 'detached' });
    });

    it('shifts no layout while jobs stream in', async () => {
      const page = await open('#/jobs');
      await page.getByRole('grid').waitFor();
      await page.evaluate(() => {
        document.documentElement.dataset.shift = '0';
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value } = entry as PerformanceEntry & { value: number };
            const sum = Number(document.documentElement.dataset.shift) + value;
            document.documentElement.dataset.shift = String(sum);
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      const shift = async () => Number(await page.locator('html').getAttribute('data-shift'));
      for (const screen of ['jobs', 'home'] as const) {
        await page.goto(`${agent.origin}/#/${screen === 'home' ? '' : screen}`);
        for (let index = 0; index < 12; index++) {
          const job = runningJob({ acceptedAt: ago(0), tokens: index });
          agent.putJob(job);
          agent.show(workingState(job, { tokensPerSecond: index * 31 }));
          await page.waitForTimeout(120);
          agent.putJob({
            ...job,
            state: 'finished',
            endedAt: ago(0),
            runMs: 900 + index * 200,
            tokens: 1200,
          });
          agent.show(readyState());
          await page.waitForTimeout(120);
        }
      }
      expect(await shift()).toBeLessThanOrEqual(0.01);
    });
  });

  describe('Settings', () => {
    it('saves each change at once and says so', async () => {
      const page = await open('#/settings');
      const delay = page.getByRole('textbox', { name: 'Wait after a game ends' });
      await delay.fill('30');
      await delay.press('Enter');
      await page.getByText('Saved', { exact: true }).waitFor();
      expect(agent.settings.games.resumeDelaySeconds).toBe(30);
      const space = page.getByRole('textbox', { name: 'Space for downloaded models' });
      await space.fill('2.5');
      await space.blur();
      await expect.poll(() => agent.settings.models.cacheBytes).toBe(2_500_000_000);
    });

    it('refuses what is out of range without sending it', async () => {
      const page = await open('#/settings');
      const threads = page.getByRole('textbox', { name: 'CPU threads' });
      await threads.fill('1.5');
      await threads.press('Enter');
      await page.getByText('Type a whole number from 0 to 256.').waitFor();
      await threads.press('Escape');
      expect(await threads.inputValue()).toBe('0');
      expect(agent.calls.some(({ call }) => call.startsWith('PATCH'))).toBe(false);
    });

    it('takes a change back when it is refused, and says why', async () => {
      agent.fail('PATCH /v1/settings', 'disk-full');
      const page = await open('#/settings');
      await page.getByRole('radio', { name: 'Dark' }).click();
      await page.getByText('Not saved: Refused on purpose with disk-full.').waitFor();
      expect(await page.getByRole('radio', { name: 'System' }).getAttribute('aria-checked')).toBe('true');
      expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
    });

    it('adds and removes programs, and keeps repeats out', async () => {
      const page = await open('#/settings');
      const add = page.getByRole('textbox', { name: 'Add a program that counts as a game' });
      await add.fill(' retroarch.exe ');
      await add.press('Enter');
      await expect.poll(() => agent.settings.games.include).toEqual(['retroarch.exe']);
      await add.fill('RetroArch.exe');
      await add.press('Enter');
      await page.getByText('This is already in the list.').waitFor();
      await page.getByRole('button', { name: 'Remove retroarch.exe' }).click();
      await expect.poll(() => agent.settings.games.include).toEqual([]);
    });

    it('allows running without a sandbox only after a warning', async () => {
      const page = await open('#/settings');
      const allow = page.getByRole('switch', { name: 'Run without a sandbox' });
      await allow.click();
      const dialog = page.getByRole('alertdialog', { name: 'Run strangers’ models without protection?' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      expect(agent.settings.compute.allowUnsandboxed).toBe(false);
      await allow.click();
      await dialog.getByRole('button', { name: 'I understand, allow it' }).click();
      await expect.poll(() => agent.settings.compute.allowUnsandboxed).toBe(true);
      await allow.click();
      await expect.poll(() => agent.settings.compute.allowUnsandboxed).toBe(false);
    });

    it('shows a download, its failure, and removes a model after asking', async () => {
      const [chat] = demoModels();
      if (chat === undefined) throw new Error('There is no demo model.');
      const page = await open('#/settings');
      await page.getByText('NPC Chat').waitFor();
      agent.putModel({ ...chat, state: 'downloading', downloadedBytes: 5_783_039 });
      const progress = page.getByRole('progressbar', { name: 'Download of NPC Chat' });
      await expect.poll(() => progress.getAttribute('aria-valuenow')).toBe('50');
      const error = { code: 'disk-full', message: 'The disk is full: free 6 MB.' } as const;
      agent.putModel({ ...chat, state: 'failed', error });
      await page.getByText('The disk is full: free 6 MB. Error code disk-full').waitFor();
      await page.getByRole('button', { name: 'Remove NPC Chat' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('NPC Chat', { exact: true }).waitFor({ state: 'detached' });
    });

    it('says who vouches for a model, and runs one of the user only after showing what it is', async () => {
      const [chat] = demoModels();
      if (chat === undefined) throw new Error('There is no demo model.');
      const keyId = '0123456789abcdef';
      agent.models = [{ ...chat, trust: { state: 'signed', keyId, detail: 'Something to know.' } }];
      const page = await open('#/settings');
      await page.getByText(`Signed by key ${keyId}`).waitFor();
      await page.getByText('Something to know.').waitFor();
      agent.putModel({ ...chat, origin: 'user', trust: { state: 'unasked', keyId: null, detail: null } });
      await page.getByText('Does not run: you have not allowed it').waitFor();
      await page.getByRole('button', { name: 'Allow NPC Chat' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Run NPC Chat?' });
      await dialog.getByText(chat.digest).waitFor();
      await dialog.getByText('MIT').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      expect(agent.models[0]?.trust?.state).toBe('unasked');
      await page.getByRole('button', { name: 'Allow NPC Chat' }).click();
      await dialog.getByRole('button', { name: 'Allow it' }).click();
      await page.getByText('Allowed by you').waitFor();
      await page.getByRole('button', { name: 'Do not run NPC Chat' }).click();
      await page.getByText('Does not run: you have not allowed it').waitFor();
    });

    it('adds a model by id or folder, and says what is wrong with anything else', async () => {
      const page = await open('#/settings');
      const source = page.getByRole('textbox', { name: 'Add a model' });
      await source.fill('nonsense');
      await source.press('Enter');
      await page.getByText('This is neither an id like owner/name nor the full path of a folder.').waitFor();
      agent.fail('POST /v1/models', 'model-source-unreachable');
      await source.fill('onnx-community/Qwen3-0.6B-ONNX');
      await source.press('Enter');
      await page.getByText('Not added: Refused on purpose with model-source-unreachable.').waitFor();
      agent.succeed('POST /v1/models');
      await source.press('Enter');
      await page.getByText('Added.', { exact: true }).waitFor();
      expect(agent.calls.findLast(({ call }) => call === 'POST /v1/models')?.body).toEqual({
        source: 'onnx-community/Qwen3-0.6B-ONNX',
      });
    });

    it('follows changes made elsewhere', async () => {
      const page = await open('#/settings');
      await page.getByRole('radio', { name: 'System' }).waitFor();
      agent.settings = { ...agent.settings, appearance: { theme: 'dark' } };
      agent.emit({ event: 'settings', data: agent.settings });
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    });
  });
});
