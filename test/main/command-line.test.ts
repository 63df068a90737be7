import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShellArguments } from '../../src/main/command-line.ts';
import { GataError } from '../../src/shared/gata-error.ts';

const working = path.resolve('/home/ada');

describe('the command line', () => {
  test('starts visibly, in the default folder, with nothing for the agent', () => {
    expect(parseShellArguments([], working)).toEqual({
      hidden: false,
      dataFolder: undefined,
      agentArguments: [],
    });
  });

  test('passes the network, the port and the switches on to the agent', () => {
    const args = [
      ...['--gateway', 'https://gateway.example', '--catalogue-root', 'abc'],
      ...['--network-profile', '/network.json', '--port=0', '--embedded', '--allow-unsandboxed'],
    ];
    expect(parseShellArguments(args, working).agentArguments).toEqual([
      '--gateway',
      'https://gateway.example',
      '--catalogue-root',
      'abc',
      '--network-profile',
      '/network.json',
      '--port',
      '0',
      '--embedded',
      '--allow-unsandboxed',
    ]);
  });

  test('makes the data folder absolute', () => {
    expect(parseShellArguments(['--data-dir', 'data'], working).dataFolder).toBe(path.join(working, 'data'));
  });

  test('leaves the flags of Electron and Chromium alone', () => {
    const args = ['.', '--no-sandbox', '--inspect=0', '--remote-debugging-port=0', '--hidden', '-psn_0_1'];
    expect(parseShellArguments(args, working)).toEqual({
      hidden: true,
      dataFolder: undefined,
      agentArguments: [],
    });
  });

  test.each(['--data-dir', '--gateway', '--port'])('says that %s needs a value', (flag) => {
    expect(() => parseShellArguments([flag], working)).toThrow(GataError);
    expect(() => parseShellArguments([`${flag}=`], working)).toThrow(`${flag} needs a value after it.`);
  });

  test('never gives the agent a flag of any other name', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (words) => {
        const args = words.map((word) => `--x${word}`);
        expect(parseShellArguments(args, working).agentArguments).toEqual([]);
      }),
    );
  });
});
