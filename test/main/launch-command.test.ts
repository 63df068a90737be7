import { describe, expect, test } from 'vitest';
import { launchCommand } from '../../src/main/launch-command.ts';

const installation = {
  executable: '/opt/gata',
  isPackaged: true,
  appFolder: '/opt/app.asar',
  environment: {},
};

describe('the command of the start at sign-in', () => {
  test('is the executable, hidden', () => {
    const plain = { hidden: false, dataFolder: undefined, agentArguments: [] };
    expect(launchCommand(installation, plain)).toEqual({ executable: '/opt/gata', args: ['--hidden'] });
  });

  test('keeps the data folder and the network', () => {
    const chosen = { hidden: true, dataFolder: '/data', agentArguments: ['--gateway', 'https://g.example'] };
    expect(launchCommand(installation, chosen).args).toEqual([
      '--hidden',
      ...['--data-dir', '/data'],
      ...['--gateway', 'https://g.example'],
    ]);
  });

  test('names the app to Electron in development, and the file of an AppImage', () => {
    const plain = { hidden: false, dataFolder: undefined, agentArguments: [] };
    const development = { ...installation, isPackaged: false, appFolder: '/home/ada/gata' };
    expect(launchCommand(development, plain).args).toEqual(['/home/ada/gata', '--hidden']);
    const appImage = { ...installation, environment: { APPIMAGE: '/home/ada/Gata.AppImage' } };
    expect(launchCommand(appImage, plain).executable).toBe('/home/ada/Gata.AppImage');
  });
});
