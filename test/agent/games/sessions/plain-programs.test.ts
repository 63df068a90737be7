import { describe, expect, it } from 'vitest';
import { PlainPrograms } from '../../../../src/agent/games/sessions/plain-programs.ts';
import { ProcessTable } from '../../../../src/agent/games/sessions/process-table.ts';
import type { TrackedProcess } from '../../../../src/agent/games/sessions/tracked-process.ts';
import { processFacts } from '../../../support/process-facts.ts';

function processOf(executable: string, argv = [executable]): TrackedProcess {
  const process = new ProcessTable(() => []).started(processFacts(10, executable, { argv }));
  if (process === undefined) throw new Error('It was not added.');
  return process;
}

function isRemembered(process: TrackedProcess, { isMarked = false } = {}): boolean {
  const plain = new PlainPrograms();
  plain.note(process, () => isMarked);
  return plain.has(process.facts.executable);
}

describe('PlainPrograms', () => {
  it.each(['/usr/bin/true', '/bin/ls', '/usr/sbin/cron', '/usr/libexec/upowerd', '/usr/lib/gvfs/gvfsd'])(
    'remembers %s',
    (path) => {
      expect(isRemembered(processOf(path))).toBe(true);
    },
  );

  it.each([
    ['/usr/bin/bash', 'runs other programs'],
    ['/usr/bin/python3.11', 'runs other programs'],
    ['/usr/bin/wine64-preloader', 'runs other programs'],
    ['/usr/bin/java', 'runs other programs'],
    ['/usr/bin/bwrap', 'runs other programs'],
    ['/usr/bin/gamescope', 'runs other programs'],
    ['/usr/bin/steam', 'is a store'],
    ['/usr/bin/gnome-shell', 'fills the screen'],
    ['/usr/bin/monado-service', 'draws for a headset'],
    ['/usr/bin/obs', 'records'],
    ['/usr/games/supertux2', 'is a game'],
    ['/usr/lib/games/nethack/nethack', 'is a game'],
    ['/home/player/bin/game', 'is no program of the system'],
    ['/opt/game/play', 'is no program of the system'],
    ['true', 'has no path that may be read'],
  ])('does not remember %s, which %s', (path) => {
    expect(isRemembered(processOf(path))).toBe(false);
  });

  it('does not remember what the menu or a store calls a game', () => {
    expect(isRemembered(processOf('/usr/bin/supertuxkart'), { isMarked: true })).toBe(false);
  });

  it('does not remember what belongs to a game', () => {
    const membership = {
      key: 'steam:1',
      name: 'Foo',
      executable: '/games/foo',
      why: '',
      certainty: 'game',
      role: 'player',
    } as const;
    expect(isRemembered({ ...processOf('/usr/bin/true'), membership })).toBe(false);
    expect(isRemembered({ ...processOf('/usr/bin/true'), fromParent: membership })).toBe(false);
    expect(isRemembered({ ...processOf('/usr/bin/true'), steamAppId: '1' })).toBe(false);
  });

  it('forgets all when told to', () => {
    const plain = new PlainPrograms();
    plain.note(processOf('/usr/bin/true'), () => false);
    plain.forget();
    expect(plain.has('/usr/bin/true')).toBe(false);
  });
});
