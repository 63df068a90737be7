import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApplicationMenu, menuFolders } from '../../../../src/agent/games/classify/application-menu.ts';
import { parseMenuEntry } from '../../../../src/agent/games/classify/menu-entry.ts';

function entry(exec: string, categories = 'Game;ArcadeGame;', more = ''): string {
  return `[Desktop Entry]\nType=Application\nName=X\nExec=${exec}\nCategories=${categories}\n${more}`;
}

describe('parseMenuEntry', () => {
  it.each([
    ['supertux2 %U', 'supertux2'],
    ['/usr/games/openttd', '/usr/games/openttd'],
    ['"/opt/My Game/run" --x', '/opt/My Game/run'],
    ['env FOO=1 BAR=2 /opt/x/x', '/opt/x/x'],
    ['/usr/bin/flatpak run --branch=stable --command=luanti org.luanti.luanti @@u %U @@', 'luanti'],
  ])('of %s is %s', (exec, program) => {
    expect(parseMenuEntry(entry(exec))).toEqual({ program, categories: ['Game', 'ArcadeGame'] });
  });

  it('takes no platform for what it starts', () => {
    for (const exec of [
      'steam steam://rungameid/570',
      'wine C:\\\\x.exe',
      'python3 /x.py',
      'lutris lutris:x',
      '',
    ]) {
      expect(parseMenuEntry(entry(exec))).toBeUndefined();
    }
  });

  it('reads the entry itself, not its actions', () => {
    expect(parseMenuEntry(entry('foo', 'Graphics;', '[Desktop Action x]\nExec=bar\n'))?.program).toBe('foo');
    expect(
      parseMenuEntry('[Desktop Action x]\nType=Application\nExec=bar\nCategories=Game;'),
    ).toBeUndefined();
    expect(parseMenuEntry(entry('foo', ''))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void parseMenuEntry(entry(text, text, text))),
    );
  });
});

describe('ApplicationMenu', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gata-menu-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('knows programs by path, and by name where commands lie; the user’s entries win', async () => {
    await mkdir(join(folder, 'shared'));
    await mkdir(join(folder, 'own'));
    await writeFile(join(folder, 'shared/a.desktop'), entry('supertux2'));
    await writeFile(join(folder, 'shared/b.desktop'), entry('/opt/x/x'));
    await writeFile(join(folder, 'shared/readme.txt'), entry('/opt/y/y'));
    await symlink('/gone', join(folder, 'shared/c.desktop'));
    await writeFile(join(folder, 'own/b.desktop'), entry('/opt/x/x', 'Graphics;'));
    const menu = new ApplicationMenu(['shared', 'gone', 'own'].map((name) => join(folder, name)));
    expect(menu.categoriesOf(['/opt/x/x'])).toBeNull();
    await menu.refresh();
    expect(menu.categoriesOf(['/usr/bin/supertux2', '/usr/bin/dash'])).toEqual(['Game', 'ArcadeGame']);
    expect(menu.categoriesOf(['/home/ann/proj/supertux2'])).toBeNull();
    expect(menu.categoriesOf(['/opt/x/x'])).toEqual(['Graphics']);
    expect(menu.categoriesOf(['/opt/y/y'])).toBeNull();

    await rm(join(folder, 'own/b.desktop'));
    await utimes(join(folder, 'own'), new Date(), new Date(Date.now() + 5_000));
    await menu.refresh();
    expect(menu.categoriesOf(['/opt/x/x'])).toEqual(['Game', 'ArcadeGame']);
  });

  it('looks where the desktop looks', () => {
    const folders = menuFolders({ XDG_DATA_DIRS: '/a:/b' }, '/home/ann');
    expect(folders.slice(-3)).toEqual([
      '/b/applications',
      '/a/applications',
      '/home/ann/.local/share/applications',
    ]);
    expect(menuFolders({}, '/home/ann')).toContain('/usr/share/applications');
  });
});
