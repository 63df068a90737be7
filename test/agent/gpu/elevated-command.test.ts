import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { elevate } from '../../../src/agent/gpu/elevated-command.ts';

describe('a command with administrator rights', () => {
  test('is asked for through polkit on Linux, and can be typed with sudo', () => {
    const command = elevate(['/opt/Gata App/node', 'install.js', 'install'], {
      platform: 'linux',
      isRoot: false,
    });
    expect(command).toEqual({
      file: 'pkexec',
      args: ['/opt/Gata App/node', 'install.js', 'install'],
      byHand: "sudo '/opt/Gata App/node' install.js install",
    });
  });

  test('needs nobody when Gata runs as root', () => {
    expect(elevate(['/node', 'x'], { platform: 'linux', isRoot: true })).toMatchObject({
      file: '/node',
      args: ['x'],
    });
  });

  test('is typed in a form that a shell reads as the same words', () => {
    const words = ['/bin/echo', "it's", 'a "test"', '$HOME', '`id`', 'a b'] as const;
    const { byHand } = elevate([...words], { platform: 'linux', isRoot: true });
    const printed = execFileSync('/bin/sh', ['-c', byHand.replace('/bin/echo', "/usr/bin/printf '%s\\n'")]);
    expect(printed.toString().trimEnd().split('\n')).toEqual(words.slice(1));
  });

  test('goes through User Account Control on Windows, with every word quoted twice', () => {
    const { file, args } = elevate(
      ["C:\\Users\\O'Neil\\Gata App\\node.exe", 'C:\\Gata App\\i.js', 'install'],
      {
        platform: 'win32',
        isRoot: false,
      },
    );
    expect(file).toBe('powershell.exe');
    expect(args.at(-1)).toContain("-FilePath 'C:\\Users\\O''Neil\\Gata App\\node.exe'");
    expect(args.at(-1)).toContain(`-ArgumentList '"C:\\Gata App\\i.js"', 'install'`);
    expect(args.at(-1)).toContain('-Verb RunAs');
  });
});
