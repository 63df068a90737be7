import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_GPU_PREFERENCES } from '../../../src/shared/gpu-preferences.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import {
  ago,
  demoModels,
  gamePausedState,
  readyState,
  runningJob,
  workingState,
} from '../../support/dashboard-fixtures.ts';
import {
  absentPage,
  CARD_UUID,
  gpuHistory,
  gpuSample,
  gpusPage,
  gpuView,
  OTHER_UUID,
  pacedPage,
  twoCardsPage,
} from '../../support/dashboard-gpu-fixtures.ts';
import { browserMissing, type DashboardPage, launchBrowser, openPage } from '../../support/dashboard-page.ts';

describe.skipIf(browserMissing !== undefined)(`the GPU screen ${browserMissing ?? ''}`, () => {
  let browser: Browser;
  let agent: DashboardAgent;
  let opened: DashboardPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    agent = await DashboardAgent.start();
    agent.models = demoModels();
    agent.histories[CARD_UUID] = gpuHistory({ readings: 600 });
  });
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]();
    await agent.stop();
    expect(opened?.complaints).toEqual([]);
    opened = undefined;
  });

  async function open(fragment = '#/gpu'): Promise<Page> {
    opened = await openPage(browser, agent.url);
    const { page } = opened;
    await page.goto(`${agent.origin}/${fragment}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  const text = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).textContent();
  const cardHeader = (page: Page) => page.getByRole('region', { name: gpuView().device.name });
  const patches = () =>
    agent.calls.filter(({ call }) => call === 'PATCH /v1/settings').map(({ body }) => body);
  const plain = (value: string | null) => (value ?? '').replaceAll('\u00a0', ' ');

  describe('a card', () => {
    it('says what it does, what it measures and why it is not faster', async () => {
      agent.status = workingState(runningJob({ provider: 'cuda' }));
      const page = await open();
      await cardHeader(page).getByText('It runs a job at full speed.').waitFor();
      const shown = plain(await cardHeader(page).textContent());
      expect(shown).toContain('71 °C');
      expect(shown).toContain('226 Wof 228 W');
      expect(shown).toContain('7.4 GiBof 16 GiB');
      expect(shown).toContain('The card has reached its power limit');
      expect(plain(await text(page, 'Programs on this card'))).toContain('Process 48211Computes5.9 GiB');
      await page.getByText('Driver 580.95.05 · CUDA 13.0').waitFor();
    });

    it('follows each reading', async () => {
      const page = await open();
      await cardHeader(page).getByText('71\u00a0°C').waitFor();
      const sample = gpuSample({
        atMs: Date.now() + 1000,
        temperatureC: 64,
        throttleReasons: ['software-thermal', 'hardware-power-brake'],
      });
      agent.showGpus(gpusPage({ gpus: [gpuView({ sample, dutyCycle: 0.5 })] }));
      await cardHeader(page).getByText('64\u00a0°C').waitFor();
      await cardHeader(page).getByText('With pauses').waitFor();
      await page.getByText('The power supply asks the card to slow down.').waitFor();
      await page.getByText('The card has reached its temperature target').waitFor();
    });

    it('says why it does not work', async () => {
      const page = await open();
      await cardHeader(page).getByText('Ready').waitFor();
      agent.show(gamePausedState());
      await cardHeader(page).getByText('Hades II is running').waitFor();
      agent.show(readyState());
      agent.showGpus(
        gpusPage({ gpus: [gpuView({ mayRun: false, dutyCycle: 0, detail: 'It is at 88 °C, too hot' })] }),
      );
      await cardHeader(page).getByText('It is at 88 °C, too hot').waitFor();
      await cardHeader(page).getByText('Not computing').waitFor();
    });

    it('is taken out of work, and back', async () => {
      const page = await open();
      const allow = page.getByRole('switch', { name: 'Gata may work on this card' });
      await allow.click();
      await page.getByText('Saved', { exact: true }).waitFor();
      expect(agent.settings.gpu.cards).toEqual({
        [CARD_UUID]: { ...DEFAULT_GPU_PREFERENCES, enabled: false },
      });
      await allow.click();
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.enabled).toBe(true);
    });

    it('tells what it does not measure from what is zero', async () => {
      const sample = gpuSample({
        powerMilliwatts: null,
        fanPercent: null,
        memoryTemperatureC: null,
        utilisationPercent: 0,
        processes: null,
        throttleReasons: null,
      });
      agent.gpus = gpusPage({ gpus: [gpuView({ sample })] });
      const page = await open();
      await cardHeader(page).getByText('None of its own').waitFor();
      await page.getByText('The driver does not tell which programs use the card.').waitFor();
      expect(await page.getByRole('figure').count()).toBe(3);
      expect(plain(await cardHeader(page).textContent())).toMatch(/Power–.*Load0 %/);
    });
  });

  describe('the charts', () => {
    it('have their figures in a table beside them', async () => {
      const page = await open();
      const power = page.getByRole('row', { name: /^Power/ });
      await expect.poll(async () => plain(await power.textContent())).toMatch(/^Power226 W\d+ W\d{3} W$/);
      await page.getByRole('radio', { name: '1 hour' }).click();
      await page.getByRole('table', { name: /highest of the last hour/ }).waitFor();
    });

    it('show the newest value, and the one under the pointer on every chart with its time', async () => {
      const page = await open();
      const temperature = page.getByRole('figure', { name: 'Temperature' });
      const value = async () => plain(await temperature.locator('figcaption').textContent());
      await expect.poll(value).toMatch(/Core6\d °C/);
      const load = page.getByRole('figure', { name: 'Load, %' });
      const box = await load.getByRole('img').boundingBox();
      if (box === null) throw new Error('The chart is not shown.');
      await page.mouse.move(box.x + 60, box.y + 40);
      await expect.poll(value).toMatch(/Core3\d °C/);
      const live = page.getByRole('region', { name: 'Live' });
      await expect.poll(async () => plain(await live.textContent())).toMatch(/^Live\d\d:\d\d:\d\d/);
      await page.mouse.move(0, 0);
      await expect.poll(value).toMatch(/Core6\d °C/);
    });

    it('ask for the past once, and again after the agent was away', async () => {
      const page = await open();
      const asked = () => agent.calls.filter(({ call }) => call.includes('/history')).length;
      // Shown, not only asked for: leaving the page takes an unanswered question back.
      const power = page.getByRole('row', { name: /^Power/ });
      await expect.poll(async () => plain(await power.textContent())).toMatch(/W\d+ W\d{3} W$/);
      expect(asked()).toBe(1);
      agent.showGpus(gpusPage({ gpus: [gpuView({ sample: gpuSample({ atMs: Date.now() }) })] }));
      await page.keyboard.press('Alt+h');
      await page.keyboard.press('Alt+g');
      await page.getByRole('figure', { name: 'Temperature' }).waitFor();
      expect(asked()).toBe(1);
      await agent.stop();
      await page.getByRole('region', { name: 'Gata is not running' }).waitFor();
      await agent.listen();
      await expect.poll(asked, { timeout: 15_000 }).toBe(2);
    });

    it('say that the past did not load, and load it when asked again', async () => {
      agent.fail(`GET /v1/gpus/${CARD_UUID}/history`, 'internal-error');
      const page = await open();
      const alert = page.getByRole('alert').filter({ hasText: 'The past did not load' });
      await alert.waitFor();
      agent.succeed(`GET /v1/gpus/${CARD_UUID}/history`);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await alert.waitFor({ state: 'detached' });
    });
  });

  describe('limits', () => {
    it('say what each preset means on this card, and save the chosen one for this card only', async () => {
      agent.settings.gpu.cards[OTHER_UUID] = { ...DEFAULT_GPU_PREFERENCES, preset: 'max' };
      const page = await open();
      const quiet = page.getByRole('radio', { name: /Quiet/ });
      expect(plain(await quiet.locator('xpath=../..').textContent())).toContain(
        '62 °C · 171 W · fan up to 45 %',
      );
      await quiet.click();
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.preset).toBe('quiet');
      expect(agent.settings.gpu.cards[OTHER_UUID]?.preset).toBe('max');
      expect(patches()).toHaveLength(1);
    });

    it('take the user’s own, within what the card can do, once the slider rests', async () => {
      const page = await open();
      await page.getByRole('radio', { name: /Custom/ }).click();
      const power = page.getByRole('slider', { name: 'Power limit' });
      await power.focus();
      expect(await power.getAttribute('min')).toBe('50');
      for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowLeft');
      expect(plain(await power.getAttribute('aria-valuetext'))).toBe('75 % · 214 W');
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.custom.powerPercent).toBe(75);
      // One for the preset and, unless the machine is too slow to press fast, one for all of the steps.
      expect(patches().length).toBeLessThan(1 + 5);
      await page.getByRole('switch', { name: 'Fan ceiling' }).click();
      await page.getByRole('slider', { name: 'Fan at most' }).waitFor();
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.custom.fanCeilingPercent).toBe(60);
    });

    it('keep the safety temperature and the room for games', async () => {
      const page = await open();
      const safety = page.getByRole('slider', { name: 'Safety temperature' });
      expect(await safety.getAttribute('max')).toBe('96');
      await safety.fill('80');
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.safetyTemperatureC).toBe(80);
      const room = page.getByRole('textbox', { name: 'Keep free for games' });
      await room.fill('99');
      await room.press('Enter');
      await page.getByText('Type a number from 0 to 16.').waitFor();
      await room.fill('2.5');
      await room.press('Enter');
      await expect.poll(() => agent.settings.gpu.cards[CARD_UUID]?.memoryHeadroomBytes).toBe(2.5 * 1024 ** 3);
    });

    it('are taken back when they are refused', async () => {
      agent.fail('PATCH /v1/settings', 'disk-full');
      const page = await open();
      await page.getByRole('radio', { name: /Max/ }).click();
      await page.getByText('Not saved: Refused on purpose with disk-full.').waitFor();
      expect(await page.getByRole('radio', { name: /Balanced/ }).isChecked()).toBe(true);
    });

    it('say when the schedule has another preset in force', async () => {
      agent.gpus = gpusPage({ gpus: [gpuView({ preset: 'quiet' })] });
      const page = await open();
      await page.getByText('Your schedule has Quiet in force at this time.').waitFor();
    });

    it('say how they are kept, and what is not kept as asked', async () => {
      const page = await open();
      expect(plain(await text(page, 'How the limits are kept'))).toMatch(
        /72 °C at mostBy the card.*228 W at mostBy the card/,
      );
      const [view = gpuView()] = pacedPage().gpus;
      agent.showGpus({ ...pacedPage(), gpus: [{ ...view, problem: 'Another program changed the limit.' }] });
      await page.getByText('Another program changed the limit.').waitFor();
      expect(plain(await text(page, 'How the limits are kept'))).toMatch(/72 °C at mostBy pauses/);
      expect(await text(page, 'How the limits are kept')).toContain('which Gata does not have');
    });
  });

  describe('the helper', () => {
    const install = (page: Page) => page.getByRole('button', { name: 'Install the helper' });

    it('is installed after saying what it may do, and removed again', async () => {
      agent.gpus = pacedPage();
      const page = await open();
      await install(page).click();
      const dialog = page.getByRole('alertdialog', { name: 'Install the helper?' });
      await dialog.getByText('never below half the usual power').waitFor();
      await dialog.getByRole('button', { name: 'Install the helper' }).click();
      await page.getByRole('heading', { name: 'The helper sets limits for Gata' }).waitFor();
      await page.getByRole('button', { name: 'Remove the helper' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove the helper' }).click();
      await page.getByRole('heading', { name: 'Gata may not set limits' }).waitFor();
      expect(agent.calls.map(({ call }) => call)).toEqual(
        expect.arrayContaining(['POST /v1/gpu-helper', 'DELETE /v1/gpu-helper']),
      );
    });

    it('says that it is being installed, and what went wrong', async () => {
      agent.gpus = pacedPage();
      agent.fail('POST /v1/gpu-helper', 'silence');
      const page = await open();
      await install(page).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Install the helper' }).click();
      const busy = page.getByRole('button', { name: 'Installing' });
      await busy.waitFor();
      expect(await busy.isDisabled()).toBe(true);
      await page.getByText('Your system may ask for an administrator’s password.').waitFor();
      agent.fail('POST /v1/gpu-helper', 'gpu-helper-failed');
      await page.reload();
      await install(page).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Install the helper' }).click();
      await page.getByText('That did not work: Refused on purpose with gpu-helper-failed.').waitFor();
      expect(await install(page).isEnabled()).toBe(true);
    });

    it('follows an installation begun elsewhere', async () => {
      agent.gpus = { ...pacedPage(), helper: { ...pacedPage().helper, busy: 'installing' } };
      const page = await open();
      expect(await page.getByRole('button', { name: 'Installing' }).isDisabled()).toBe(true);
      agent.showGpus(pacedPage());
      await install(page).waitFor();
    });

    it('is not offered where it cannot be, or is not needed', async () => {
      const detail = 'The helper needs systemd.';
      agent.gpus = { ...pacedPage(), helper: { state: 'unsupported', busy: null, detail } };
      const page = await open();
      await page.getByText(detail).waitFor();
      expect(await install(page).count()).toBe(0);
      agent.showGpus({ ...pacedPage(), authority: 'direct', authorityDetail: 'Gata has the rights itself.' });
      await page.getByRole('heading', { name: 'Gata may set limits itself' }).waitFor();
      expect(await install(page).count()).toBe(0);
    });
  });

  describe('several cards', () => {
    it('are a click and a link apart', async () => {
      agent.gpus = twoCardsPage();
      const page = await open();
      await page.getByRole('heading', { level: 1, name: 'Graphics cards' }).waitFor();
      await page.getByRole('heading', { level: 2, name: 'NVIDIA GeForce RTX 4070 Ti SUPER' }).waitFor();
      await page.getByRole('link', { name: '2. NVIDIA GeForce RTX 3060' }).click();
      await page.getByRole('heading', { level: 2, name: 'NVIDIA GeForce RTX 3060' }).waitFor();
      expect(page.url()).toBe(`${agent.origin}/#/gpu/${OTHER_UUID}`);
      await page.reload();
      await page.getByRole('heading', { level: 2, name: 'NVIDIA GeForce RTX 3060' }).waitFor();
    });

    it('show the first one for a card that is gone', async () => {
      const page = await open('#/gpu/GPU-gone');
      await page.getByRole('heading', { level: 2, name: 'NVIDIA GeForce RTX 4070 Ti SUPER' }).waitFor();
    });
  });

  describe('without a card to show', () => {
    it('says that there is no NVIDIA driver', async () => {
      agent.gpus = absentPage();
      const page = await open();
      await page.getByText('No NVIDIA card').waitFor();
      await page.getByText('libnvidia-ml.so.1 is not installed.').waitFor();
      expect(await page.getByRole('figure').count()).toBe(0);
    });

    it('says that it looks for cards, and shows them when they are there', async () => {
      agent.gpus = { ...absentPage(), state: 'starting', detail: null };
      const page = await open();
      await page.getByRole('status', { name: 'Looking for graphics cards' }).waitFor();
      agent.showGpus(gpusPage());
      await cardHeader(page).waitFor();
    });

    it('says that the driver went away, above what was last known', async () => {
      agent.gpus = gpusPage({ state: 'lost', detail: 'The driver is being updated.' });
      const page = await open();
      await page.getByText('The graphics driver went away.').waitFor();
      await cardHeader(page).waitFor();
      agent.showGpus(gpusPage({ state: 'lost', detail: 'The driver is being updated.', gpus: [] }));
      await cardHeader(page).waitFor({ state: 'detached' });
      await page.getByText('The graphics driver went away').waitFor();
    });

    it('shows a failure to load and loads when asked again', async () => {
      agent.fail('GET /v1/gpus', 'internal-error');
      const page = await open();
      await page.getByRole('alert').filter({ hasText: 'Error code internal-error' }).waitFor();
      agent.succeed('GET /v1/gpus');
      await page.getByRole('button', { name: 'Try again' }).click();
      await cardHeader(page).waitFor();
    });

    it('keeps what it knows while the agent is away, and lets nothing be changed', async () => {
      const page = await open();
      await cardHeader(page).waitFor();
      await agent.stop();
      await cardHeader(page).getByText('Not running').waitFor();
      expect(await page.getByRole('radio', { name: /Quiet/ }).isDisabled()).toBe(true);
      expect(await page.getByRole('switch').isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: 'Remove the helper' }).isDisabled()).toBe(true);
    });
  });

  describe('energy by day', () => {
    it('shows what each day drew, cost and earned', async () => {
      const page = await open();
      const rows = page.getByRole('table', { name: 'Energy and earnings by day' }).getByRole('row');
      await expect.poll(() => rows.count()).toBe(8);
      expect(plain(await rows.nth(1).textContent())).toMatch(/1\.24 kWh€0\.3612\.84€0\.77€0\.41$/);
      expect(plain(await rows.nth(4).textContent())).toMatch(/-€0\.03$/);
      await page.getByText('Set your electricity price to see what it costs.').waitFor();
    });

    it('says what will be there while there is nothing', async () => {
      agent.energy = { days: [], earnedWeiPerKilowattHour: null };
      const page = await open();
      await page.getByText('Nothing measured yet').waitFor();
    });

    it('shows a failure to load and loads when asked again', async () => {
      agent.fail('GET /v1/energy', 'internal-error');
      const page = await open();
      await page.getByText('The days did not load').waitFor();
      agent.succeed('GET /v1/energy');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('table', { name: 'Energy and earnings by day' }).waitFor();
    });
  });

  it('leads from a paused Home to the card that is too hot', async () => {
    agent.status = readyState({
      state: 'paused',
      reasons: [{ code: 'gpu-too-hot', message: 'The card is at 88 °C', since: ago(5) }],
    });
    const page = await open('#/');
    await page.getByRole('heading', { level: 1, name: 'The card is at 88 °C' }).waitFor();
    await page.getByRole('link', { name: 'See the card' }).click();
    await page.getByRole('heading', { level: 1, name: 'Graphics card' }).waitFor();
  });
});
