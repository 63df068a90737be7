import type { SandboxView } from '../../shared/local-api.ts';
import type {
  WindowsConfinementReport,
  WindowsLayer,
  WindowsLevel,
} from '../../shared/windows-confinement.ts';
import type { WorkerLimits } from './resource-limits.ts';

type Protection = SandboxView['protections'][number];
type Refused = WindowsConfinementReport['refused'];

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/**
 * What keeps a worker on Windows from what, in words.
 * @param refused the layers that are not in force on this machine.
 */
export function restrictedTokenProtections(
  level: WindowsLevel,
  refused: Refused,
  limits: Pick<WorkerLimits, 'memoryBytes' | 'temporaryBytes'>,
): Protection[] {
  return [
    ...byLevel(level),
    {
      code: 'environment',
      enforced: true,
      detail: 'It is told where Windows is, and nothing of your settings.',
    },
    {
      code: 'system-calls',
      enforced: false,
      detail: 'Windows has no filter of system calls with which graphics drivers would run.',
    },
    {
      code: 'devices',
      enforced: false,
      detail: 'With several graphics cards a model sees all of them.',
    },
    {
      code: 'administrator-rights',
      enforced: true,
      detail: 'Its token has no privileges, and what is allowed to administrators is refused to it.',
    },
    byAnyLayer(
      'new-programs',
      refused,
      ['process-limit', 'child-process-policy'],
      'Windows starts no program for it.',
    ),
    byAllLayers(
      'windows-and-input',
      refused,
      ['own-desktop', 'user-interface-limits'],
      'It is on a desktop of its own, without your windows, keyboard and clipboard.',
    ),
    byAllLayers(
      'memory',
      refused,
      ['memory-limit'],
      `Windows gives it no more than ${(limits.memoryBytes / GIB).toFixed(1)} GiB.`,
    ),
    {
      code: 'disk-space',
      enforced: true,
      detail: `Gata looks twice a second and ends a model that has more than ${Math.round(limits.temporaryBytes / MIB)} MiB on disk.`,
    },
    byAllLayers('process-count', refused, ['process-limit'], 'It is one process and can be no more.'),
    {
      code: 'cpu-time',
      enforced: true,
      detail: 'It runs at the lowest priority: everything else goes first.',
    },
  ];
}

function byLevel(level: WindowsLevel): Protection[] {
  switch (level) {
    case 'app-container':
      return [
        {
          code: 'files',
          enforced: true,
          detail:
            'An AppContainer: it reads its program, its model and what every app may read, which is Windows, installed programs and parts of the registry. It writes to a folder of its own.',
        },
        {
          code: 'network',
          enforced: true,
          detail:
            "An AppContainer without network: Windows' firewall refuses connections, to this computer too.",
        },
        {
          code: 'other-processes',
          enforced: true,
          detail: 'An AppContainer of its own cannot open other programs, other models included.',
        },
      ];
    case 'restricted':
      return [
        {
          code: 'files',
          enforced: false,
          detail:
            'Files that only you may read are closed to it, and it writes to a folder of its own; files that every user of this computer may read are open.',
        },
        {
          code: 'network',
          enforced: false,
          detail:
            'Windows takes the network only from programs in an AppContainer, which does not work here.',
        },
        {
          code: 'other-processes',
          enforced: true,
          detail: 'It cannot open other programs, other models included.',
        },
      ];
  }
}

function byAllLayers(
  code: Protection['code'],
  refused: Refused,
  layers: readonly WindowsLayer[],
  detail: string,
): Protection {
  const missing = refused.filter(({ layer }) => layers.includes(layer));
  if (missing.length === 0) return { code, enforced: true, detail };
  return { code, enforced: false, detail: inWords(missing) };
}

function byAnyLayer(
  code: Protection['code'],
  refused: Refused,
  layers: readonly WindowsLayer[],
  detail: string,
): Protection {
  const missing = refused.filter(({ layer }) => layers.includes(layer));
  if (missing.length < layers.length) return { code, enforced: true, detail };
  return { code, enforced: false, detail: inWords(missing) };
}

function inWords(missing: Refused): string {
  return missing.map(({ layer, reason }) => `${layer}: ${reason}`).join(' ');
}
