import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_GPU_PREFERENCES } from '../../src/shared/gpu-preferences.ts';
import { DashboardAgent } from '../support/dashboard-agent.ts';
import {
  ago,
  ahead,
  demoModels,
  gamePausedState,
  hadesView,
  jobHistory,
  readyState,
  runningJob,
  workingState,
} from '../support/dashboard-fixtures.ts';
import {
  installedGame,
  installedGames,
  lastPauses,
  questionedView,
  questionState,
} from '../support/dashboard-game-fixtures.ts';
import {
  absentPage,
  CARD_UUID,
  gpuHistory,
  pacedPage,
  twoCardsPage,
} from '../support/dashboard-gpu-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../support/dashboard-page.ts';
import { gamePause } from '../support/game-pause.ts';

const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
);

const screens: { name: string; fragment: string; prepare?: (agent: DashboardAgent) => void }[] = [
  { name: 'Home at work', fragment: '#/', prepare: (agent) => (agent.status = workingState(runningJob())) },
  {
    name: 'Home paused for many reasons',
    fragment: '#/',
    prepare: (agent) => {
      agent.status = gamePausedState({
        reasons: [
          { code: 'game-running', message: `${'Adventure'.repeat(6)} is running`, since: ago(700) },
          { code: 'user-paused', message: 'Paused by you for a while', since: ago(60), until: ahead(3000) },
          { code: 'no-sandbox', message: 'Install bubblewrap: sudo apt install bubblewrap', since: ago(60) },
        ],
        resumesAt: ahead(3000),
        notices: [
          { id: 'a', level: 'error', code: 'disk-full', message: 'The disk is full.', at: ago(60) },
          { id: 'b', level: 'info', code: 'updated', message: 'Gata was updated.', at: ago(70) },
        ],
      });
    },
  },
  { name: 'Jobs', fragment: '#/jobs' },
  { name: 'GPU at work', fragment: '#/gpu', prepare: (agent) => (agent.status = workingState(runningJob())) },
  {
    name: 'GPU with two cards, paced, custom',
    fragment: '#/gpu',
    prepare: (agent) => {
      const { gpus, ...page } = pacedPage();
      agent.gpus = { ...page, gpus: [...gpus, ...twoCardsPage().gpus.slice(1)] };
      const custom = { targetTemperatureC: 66, powerPercent: 70, fanCeilingPercent: 55 };
      agent.settings.gpu.cards[CARD_UUID] = { ...DEFAULT_GPU_PREFERENCES, preset: 'custom', custom };
    },
  },
  { name: 'GPU without a card', fragment: '#/gpu', prepare: (agent) => (agent.gpus = absentPage()) },
  {
    name: 'Home with a question',
    fragment: '#/',
    prepare: (agent) => (agent.status = questionState()),
  },
  {
    name: 'Home while the computer is used',
    fragment: '#/',
    prepare: (agent) => {
      const since = ago(1);
      agent.status = readyState({
        state: 'paused',
        reasons: [
          { code: 'in-use', message: 'You are using the computer', since, until: ahead(299) },
          { code: 'machine-busy', message: 'Other programs keep the graphics card busy', since },
          { code: 'screen-recorded', message: 'Your screen is recorded or shared', since },
          { code: 'metered-network', message: 'The network is billed by volume', since },
        ],
      });
    },
  },
  {
    name: 'Games with a question',
    fragment: '#/games',
    prepare: (agent) => {
      agent.status = questionState();
      agent.games = {
        ...agent.games,
        running: [hadesView({ gpuUuids: [CARD_UUID] }), questionedView({ name: 'lantern'.repeat(12) })],
        installed: [...installedGames(), installedGame({ id: 'gog:1', title: 'Long'.repeat(40) })],
        pauses: [...lastPauses(), gamePause({ name: 'Long'.repeat(40), why: 'Why'.repeat(60) })],
      };
      agent.settings.games.choices = { 'program:/usr/bin/wallpaper': 'ignore', 'steam:1000': 'share' };
      agent.settings.games.folders = [`/games/${'long'.repeat(40)}`];
    },
  },
  {
    name: 'Games with nothing found',
    fragment: '#/games',
    prepare: (agent) => (agent.games = { ...agent.games, running: [] }),
  },
  { name: 'Settings', fragment: '#/settings' },
  {
    name: 'Settings with a schedule and hourly prices',
    fragment: '#/settings',
    prepare: (agent) => {
      agent.settings.gpu.schedule = [
        { days: [1, 2, 3, 4, 5], from: '18:00', until: '23:00', preset: 'off' },
        { days: [0, 6], from: '22:00', until: '07:00', preset: 'quiet' },
      ];
      const pricesPerKilowattHour = Array.from({ length: 24 }, (_, hour) => 0.1 + hour / 100);
      agent.settings.energy.tariff = { kind: 'hourly', pricesPerKilowattHour };
    },
  },
];

describe.skipIf(browserMissing !== undefined)(`the dashboard's looks ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.jobs = jobHistory(60);
    agent.models = demoModels();
    agent.histories[CARD_UUID] = gpuHistory();
    agent.settings.games.include = ['retroarch.exe', `/games/${'long'.repeat(40)}`];
    agent.games = { ...agent.games, running: [hadesView()] };
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(options: Parameters<typeof openPage>[2], fragment = '#/'): Promise<Page> {
    opened = await openPage(browser, agent.url, options);
    const { page } = opened;
    await page.goto(`${agent.origin}/${fragment}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  for (const { name, fragment, prepare } of screens) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has no accessibility violation: ${name}, ${colorScheme}`, async () => {
        prepare?.(agent);
        const page = await open({ colorScheme }, fragment);
        await page.waitForTimeout(300);
        expect(await violations(page)).toEqual([]);
      });
    }

    it(`fits from 360 to 1400 pixels: ${name}`, async () => {
      prepare?.(agent);
      const page = await open({}, fragment);
      for (const width of [360, 640, 768, 1024, 1400]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForTimeout(50);
        const overflow = await page.evaluate(() => {
          const main = document.querySelector('main');
          return main === null ? Number.NaN : main.scrollWidth - main.clientWidth;
        });
        expect(overflow, `${width} pixels wide`).toBeLessThanOrEqual(0);
      }
    });
  }

  it('has no accessibility violation in dialogs, menus and details', async () => {
    const page = await open({}, '#/settings');
    await page.getByRole('switch', { name: 'Run without a sandbox' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await violations(page, '[role=alertdialog]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${agent.origin}/#/jobs/${agent.jobs[6]?.id}`);
    await page.getByRole('complementary', { name: 'Job details' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('dialog', { name: 'Job details' }).waitFor();
    expect(await violations(page, '[role=dialog]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'State All' }).click();
    await page.getByRole('menu').waitFor();
    expect(await violations(page, '[role=menu]')).toEqual([]);
    await page.keyboard.press('Escape');
    agent.games = { ...agent.games, installed: installedGames() };
    await page.goto(`${agent.origin}/#/games`);
    await page.getByRole('button', { name: 'While ELDEN RING runs: Pause' }).click();
    await page.getByRole('menu').waitFor();
    expect(await violations(page, '[role=menu]')).toEqual([]);
  });

  it('has no accessibility violation without the agent and without a token', async () => {
    const page = await open({});
    await agent.stop();
    await page.getByRole('region', { name: 'Gata is not running' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await agent.listen();
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.getByRole('heading', { name: 'Open the dashboard from Gata' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(['#/', '#/gpu'])('uses no effect that keeps the graphics card busy: %s', async (fragment) => {
    agent.status = workingState(runningJob());
    const page = await open({}, fragment);
    const effects = await page.evaluate(() => ({
      animations: document.getAnimations().length,
      filters: [...document.querySelectorAll('*')].filter((element) => {
        const { filter, backdropFilter } = getComputedStyle(element);
        return filter !== 'none' || backdropFilter !== 'none';
      }).length,
    }));
    expect(effects).toEqual({ animations: 0, filters: 0 });
  });

  it('has its own typeface from the start, with digits of one width', async () => {
    const page = await open({});
    expect(await page.evaluate(() => document.fonts.check('1rem Figtree'))).toBe(true);
    expect(await page.evaluate(() => [...document.fonts].map((face) => face.status))).toEqual(['loaded']);
    const widths = await page.evaluate(() =>
      ['1111', '0000'].map((text) => {
        const span = document.createElement('span');
        span.className = 'tabular-nums';
        span.textContent = text;
        document.body.append(span);
        const { width } = span.getBoundingClientRect();
        span.remove();
        return width;
      }),
    );
    expect(widths[0]).toBe(widths[1]);
  });

  it.each(['light', 'dark'] as const)('draws a minute of work (%s)', async (colorScheme) => {
    agent.status = workingState(runningJob());
    const page = await open({ colorScheme });
    // A minute of samples, by the page's clock.
    await page.clock.install();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Running AI jobs' }).waitFor();
    for (let second = 0; second < 62; second++) {
      const tokensPerSecond = 190 + 38 * Math.sin(second / 5) + 17 * Math.sin(second * 1.7);
      agent.show(workingState(runningJob({ tokens: second + 20 }), { tokensPerSecond }));
      await page.waitForTimeout(15);
      await page.clock.runFor(1000);
    }
    const chart = page.getByRole('img', { name: 'Speed over the last minute' });
    const bars = await chart.evaluate(
      (svg) =>
        [...svg.querySelectorAll('rect')].filter((bar) => Number(bar.getAttribute('height')) > 1).length,
    );
    expect(bars).toBeGreaterThan(40);
  });

  /** Of the page, or of what is on top of it. */
  async function violations(page: Page, within = 'html') {
    // Evaluated by the debugger, which the content security policy does not bind.
    await page.evaluate(axe.source);
    const found: unknown = await page.evaluate(
      `axe.run('${within}', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
    );
    return violationsSchema.parse(found);
  }
});
