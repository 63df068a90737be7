import { describe, expect, test } from 'vitest';
import { answerDashboard } from '../../src/main/window-ipc.ts';
import { FakeIpcMain } from '../support/fake-electron.ts';

describe('what the dashboard asks the shell', () => {
  test('is answered, with what it gave along', async () => {
    const ipc = new FakeIpcMain();
    answerDashboard(ipc, 'channel', (...args) => args);
    expect(await ipc.invokeFrom('app://gata/', 'channel', 1, 'two')).toEqual([1, 'two']);
  });

  test('is answered to no other page', async () => {
    const ipc = new FakeIpcMain();
    answerDashboard(ipc, 'channel', () => 'secret');
    for (const url of ['https://gata.example/', 'app://other/', 'about:blank']) {
      await expect(ipc.invokeFrom(url, 'channel')).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  test('is answered no more when disposed', () => {
    const ipc = new FakeIpcMain();
    answerDashboard(ipc, 'channel', () => null)[Symbol.dispose]();
    expect(ipc.handlers.size).toBe(0);
  });
});
