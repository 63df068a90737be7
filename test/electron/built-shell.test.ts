import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { ENDPOINT_CHANNEL } from '../../src/shared/shell-contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What `npm run build` made of the shell, on plain Node. desktop.test.ts drives it in Electron. */
const root = path.resolve(import.meta.dirname, '../..');

test('the built shell starts the built agent, shows it, and ends both with nothing left behind', async () => {
  using folder = temporaryFolder();
  const hook = pathToFileURL(path.join(root, 'test', 'support', 'electron-stand-in-hook.ts')).href;
  const dataFolder = path.join(folder.path, 'data');
  // Ends by itself only when every handle and timer is closed.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', hook, path.join(root, 'out', 'main', 'main.js')],
      ...['--data-dir', dataFolder, '--gateway', 'http://127.0.0.1:9', '--port', '0'],
    ],
    { timeout: 25_000, env: { ...process.env, NODE_OPTIONS: '', XDG_CONFIG_HOME: folder.path } },
  );
  expect(JSON.parse(stdout)).toEqual({
    toolTip: expect.stringMatching(/^Gata: (Paused|Offline|Connecting|Ready)/),
    windows: ['app://gata/'],
  });
  expect(existsSync(path.join(dataFolder, 'agent.json'))).toBe(false);
  expect(readFileSync(path.join(dataFolder, 'shell', 'window.json'), 'utf8')).toContain('"width": 900');
});

test('the built preload is one file that needs nothing but Electron, as a sandbox demands', async () => {
  const code = readFileSync(path.join(root, 'out', 'preload', 'preload.cjs'), 'utf8');
  const required: string[] = [];
  const exposed = new Map<string, Record<string, () => Promise<unknown>>>();
  const invoked: string[] = [];
  const require = (name: string) => {
    required.push(name);
    return {
      contextBridge: {
        exposeInMainWorld: (key: string, api: Record<string, () => Promise<unknown>>) =>
          exposed.set(key, api),
      },
      ipcRenderer: {
        invoke: async (channel: string) => {
          invoked.push(channel);
          return null;
        },
      },
    };
  };
  compileFunction(code, ['require', 'module', 'exports'])(require, { exports: {} }, {});
  expect(required).toEqual(['electron']);
  expect(await exposed.get('gata')?.endpoint?.()).toBeNull();
  expect(invoked).toEqual([ENDPOINT_CHANNEL]);
});

test('the package starts the built shell', () => {
  const { main } = createRequire(import.meta.url)('../../package.json');
  expect(main).toBe('out/main/main.js');
});
