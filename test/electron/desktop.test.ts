import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ElectronApplication, _electron as electron } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { endpointFileSchema } from '../../src/shared/local-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The real desktop app. Needs Electron's binary (npx install-electron), a display and a build. */
const root = path.resolve(import.meta.dirname, '../..');
const binary = electronBinary();

function electronBinary(): string | undefined {
  const hasDisplay =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  const pathFile = path.join(root, 'node_modules', 'electron', 'path.txt');
  if (!hasDisplay || !existsSync(pathFile)) return undefined;
  const file = path.join(root, 'node_modules', 'electron', 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(file) ? file : undefined;
}

/** Chromium refuses to sandbox for root. */
const canSandbox = process.getuid?.() !== 0;

interface Desktop extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly args: readonly string[];
  readonly dataFolder: string;
}

async function startDesktop(...flags: string[]): Promise<Desktop> {
  const cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(temporaryFolder());
  const dataFolder = path.join(folder.path, 'data');
  const args = [root, '--data-dir', dataFolder, '--gateway', 'http://127.0.0.1:9', '--port', '0', ...flags];
  const app = await electron.launch({
    executablePath: binary ?? '',
    args,
    chromiumSandbox: canSandbox,
    env: environment(folder.path),
  });
  cleanup.defer(() => app.close());
  return { app, args, dataFolder, [Symbol.asyncDispose]: () => cleanup.disposeAsync() };
}

function environment(configFolder: string): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name === 'NODE_OPTIONS' ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(inherited), XDG_CONFIG_HOME: configFolder };
}

const countWindows = ({ app }: Desktop) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** As when the user starts the app again. */
async function startAgain({ args }: Desktop): Promise<void> {
  await promisify(execFile)(binary ?? '', [...(canSandbox ? [] : ['--no-sandbox']), ...args], {
    timeout: 20_000,
  });
}

describe.skipIf(binary === undefined)(
  "the desktop app (needs Electron's binary)",
  { timeout: 60_000 },
  () => {
    test('opens the dashboard, which reaches the agent', async () => {
      await using desktop = await startDesktop();
      const page = await desktop.app.firstWindow();
      await page.waitForURL(/^app:\/\/gata\//);
      expect(await page.title()).toContain('Gata');
      // Not waitForFunction: it evaluates in the page later, which the content security policy forbids.
      const hasEndpoint = () => page.evaluate(async () => (await window.gata?.endpoint()) != null);
      await expect.poll(hasEndpoint, { timeout: 20_000 }).toBe(true);
      const status = await page.evaluate(async () => {
        const endpoint = await window.gata?.endpoint();
        if (!endpoint) throw new Error('There is no endpoint.');
        const headers = { authorization: `Bearer ${endpoint.token}` };
        return (await fetch(`${endpoint.baseUrl}/v1/status`, { headers })).status;
      });
      expect(status).toBe(200);
    });

    test('gives the page nothing of Node and nothing from the network', async () => {
      await using desktop = await startDesktop();
      const page = await desktop.app.firstWindow();
      await page.waitForLoadState();
      expect(
        await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in window)),
      ).toEqual([]);
      const blocked = await page.evaluate(() =>
        fetch('https://example.com').then(
          () => 'reached',
          () => 'blocked',
        ),
      );
      expect(blocked).toBe('blocked');
    });

    test('denies navigation and new windows', async () => {
      await using desktop = await startDesktop();
      const page = await desktop.app.firstWindow();
      await page.waitForLoadState();
      const home = page.url();
      await page.evaluate(() => {
        window.location.href = 'https://example.com/';
      });
      expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
      await page.waitForTimeout(500);
      expect(page.url()).toBe(home);
      expect(await countWindows(desktop)).toBe(1);
    });

    test('is brought to the front by a second instance, which ends', async () => {
      await using desktop = await startDesktop();
      await desktop.app.firstWindow();
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
      await startAgain(desktop);
      expect(await countWindows(desktop)).toBe(1);
      await expect
        .poll(() =>
          desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized()),
        )
        .toBe(false);
    });

    test('destroys the window when it is closed, stays in the tray, and opens it again', async () => {
      await using desktop = await startDesktop();
      await desktop.app.firstWindow();
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await expect.poll(() => countWindows(desktop)).toBe(0);
      await startAgain(desktop);
      await expect.poll(() => countWindows(desktop)).toBe(1);
    });

    test('starts without a window when hidden', async () => {
      await using desktop = await startDesktop('--hidden');
      await expect
        .poll(() => existsSync(path.join(desktop.dataFolder, 'agent.json')), { timeout: 20_000 })
        .toBe(true);
      expect(await countWindows(desktop)).toBe(0);
    });

    test('ends the agent when it quits', async () => {
      await using desktop = await startDesktop();
      const file = path.join(desktop.dataFolder, 'agent.json');
      await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
      const { pid } = endpointFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      await desktop.app.close();
      expect(() => process.kill(pid, 0)).toThrow();
    });
  },
);
