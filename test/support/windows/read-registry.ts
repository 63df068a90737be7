import { execFileSync, spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { openMachineFolders } from '../../../src/agent/games/libraries/open-machine-folders.ts';

/** Runs on Windows: writes to the registry with Windows' own program, and prints what the agent reads of it as JSON. */
const KEY = 'HKCU\\Software\\GataTest';
const registryProgram = 'reg.exe';
const reg = (...args: readonly string[]) => execFileSync(registryProgram, args, { stdio: 'ignore' });
const add = (key: string, name: string, type: string, value: string) =>
  reg('add', key, '/v', name, '/t', type, '/d', value, '/f');
/** A failure here would hide the one that matters. */
const remove = (key: string, ...view: readonly string[]) =>
  spawnSync(registryProgram, ['delete', key, '/f', ...view], { stdio: 'ignore' });

const machine = await openMachineFolders();
const { registry } = machine;
const value = (name: string) => registry.value('HKEY_CURRENT_USER', 'Software\\GataTest', name);
try {
  add(KEY, 'Text', 'REG_SZ', 'D:\\Spiele für alle');
  add(KEY, 'Expandable', 'REG_EXPAND_SZ', '%SystemRoot%\\x;%NoSuchVariable%');
  add(KEY, 'Number', 'REG_DWORD', '4294967295');
  add(KEY, 'Large', 'REG_QWORD', '5000000000');
  add(KEY, 'Bytes', 'REG_BINARY', '00ff');
  add(`${KEY}\\First`, 'x', 'REG_SZ', '');
  add(`${KEY}\\Second`, 'x', 'REG_SZ', '');
  reg('add', 'HKLM\\SOFTWARE\\GataTest', '/v', 'View', '/t', 'REG_SZ', '/d', 'of 64 bits', '/f', '/reg:64');
  reg('add', 'HKLM\\SOFTWARE\\GataTest\\Only64', '/f', '/reg:64');
  reg('add', 'HKLM\\SOFTWARE\\GataTest', '/v', 'View', '/t', 'REG_SZ', '/d', 'of 32 bits', '/f', '/reg:32');
  reg('add', 'HKLM\\SOFTWARE\\GataTest', '/v', 'Other', '/t', 'REG_SZ', '/d', '32 only', '/f', '/reg:32');
  reg('add', 'HKLM\\SOFTWARE\\GataTest\\Only32', '/f', '/reg:32');
  const inMachine = (name: string) => registry.value('HKEY_LOCAL_MACHINE', 'SOFTWARE\\GataTest', name);
  const output = {
    values: ['Text', 'text', 'Expandable', 'Number', 'Large', 'Bytes', 'Missing'].map(
      (name) => value(name) ?? null,
    ),
    missingKey: registry.value('HKEY_CURRENT_USER', 'Software\\GataTest\\None', 'x') ?? null,
    subkeys: registry.subkeys('HKEY_CURRENT_USER', 'Software\\GataTest').toSorted(),
    noSubkeys: registry.subkeys('HKEY_CURRENT_USER', 'Software\\GataTest\\None'),
    views: [inMachine('View') ?? null, inMachine('Other') ?? null],
    viewSubkeys: registry.subkeys('HKEY_LOCAL_MACHINE', 'SOFTWARE\\GataTest').toSorted(),
    systemRoot: process.env.SystemRoot ?? null,
    platform: machine.platform,
    homeIsFolder: machine.home === homedir() && (await machine.files.isFolder(machine.home)),
    drives: await machine.drives(),
  };
  process.stdout.write(JSON.stringify(output));
} finally {
  remove(KEY);
  remove('HKLM\\SOFTWARE\\GataTest', '/reg:64');
  remove('HKLM\\SOFTWARE\\GataTest', '/reg:32');
}
