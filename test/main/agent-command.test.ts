import { describe, expect, test } from 'vitest';
import { agentCommand } from '../../src/main/agent-command.ts';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../../src/shared/agent-runtime.ts';

const fromRepository = {
  platform: 'linux',
  isPackaged: false,
  appFolder: '/home/ada/gata',
  resourcesFolder: '/home/ada/gata/node_modules/electron/dist/resources',
  environment: { PATH: '/usr/bin', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--inspect' },
} as const;

describe('the command that starts the agent', () => {
  test('is the Node dev dependency and the built agent in development', () => {
    const command = agentCommand(fromRepository, '/home/ada/data', ['--gateway', 'http://127.0.0.1:1']);
    expect(command.executable).toBe('/home/ada/gata/node_modules/node/bin/node');
    expect(command.args).toEqual([
      ...AGENT_NODE_FLAGS,
      '/home/ada/gata/out/agent/main.js',
      ...['--data-dir', '/home/ada/data'],
      ...['--gateway', 'http://127.0.0.1:1'],
    ]);
  });

  test('is the shipped Node and the unpacked agent in a package', () => {
    const resourcesFolder = 'C:\\Users\\ada\\AppData\\Local\\Programs\\Gata Desktop\\resources';
    const installation = {
      platform: 'win32',
      isPackaged: true,
      appFolder: `${resourcesFolder}\\app.asar`,
      resourcesFolder,
      environment: {},
    } as const;
    const command = agentCommand(installation, 'C:\\data', []);
    expect(command.executable).toBe(`${resourcesFolder}\\node\\node.exe`);
    expect(command.args).toContain(`${resourcesFolder}\\app.asar.unpacked\\out\\agent\\main.js`);
  });

  test('leaves what is meant for Electron out of the environment', () => {
    expect(agentCommand(fromRepository, '/data', []).environment).toEqual({
      PATH: '/usr/bin',
      ...AGENT_ENVIRONMENT,
    });
  });
});
