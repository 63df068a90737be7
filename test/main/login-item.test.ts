import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { AutostartLoginItem, SystemLoginItem } from '../../src/main/login-item.ts';
import { FakeApp, FakeLockHolder } from '../support/fake-electron.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const command = { executable: '/opt/gata', args: ['--hidden'] };

describe('the start at sign-in', () => {
  test('is an autostart file on Linux', async () => {
    using folder = temporaryFolder();
    const configFolder = path.join(folder.path, 'config');
    const item = new AutostartLoginItem(configFolder, command);
    const file = path.join(configFolder, 'autostart', 'gata-desktop.desktop');
    expect(item.isEnabled()).toBe(false);
    await item.setEnabled(true);
    expect(item.isEnabled()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/gata" "--hidden"');
    await item.setEnabled(false);
    expect(existsSync(file)).toBe(false);
    await item.setEnabled(false);
    expect(item.isEnabled()).toBe(false);
  });

  test("is the system's own setting elsewhere, for exactly this command", async () => {
    const app = new FakeApp('/app', new FakeLockHolder());
    const item = new SystemLoginItem(app, command);
    expect(item.isEnabled()).toBe(false);
    await item.setEnabled(true);
    expect(item.isEnabled()).toBe(true);
    expect(app.loginItems).toEqual([{ openAtLogin: true, path: '/opt/gata', args: ['--hidden'] }]);
    await item.setEnabled(false);
    expect(item.isEnabled()).toBe(false);
  });
});
