import type { Protection } from '../../shared/local-api.ts';

/** The version of Landlock that knows signals and abstract sockets of others. */
const SCOPE_VERSION = 6;
const NETWORK_VERSION = 4;
const TRUNCATE_VERSION = 3;

/**
 * What Landlock, the system-call filter and the rest of the launcher's work keep a worker from, in words.
 * @param version of Landlock, as the kernel tells it.
 * @param isRoot the agent has root's rights.
 */
export function landlockProtections(version: number, isRoot: boolean): Protection[] {
  const twice = (since: number) => (version >= since ? ' Landlock and the call filter both see to it.' : '');
  return [
    {
      code: 'files',
      enforced: true,
      detail: `A model opens no file but its own and Gata's program, and changes none.${twice(TRUNCATE_VERSION)} It can still ask whether a file whose name it guesses exists, and how large it is.`,
    },
    {
      code: 'network',
      enforced: true,
      detail: `A model cannot open connections, not even to this computer.${twice(NETWORK_VERSION)}`,
    },
    {
      code: 'other-processes',
      enforced: true,
      detail: `A model cannot see, signal or read other programs.${twice(SCOPE_VERSION)}`,
    },
    { code: 'environment', enforced: true, detail: 'A model is given none of your environment variables.' },
    {
      code: 'system-calls',
      enforced: true,
      detail: 'The system refuses every call that running a model does not need.',
    },
    {
      code: 'devices',
      enforced: true,
      detail: 'A model opens no device but the graphics card that it was given.',
    },
    {
      code: 'administrator-rights',
      enforced: true,
      detail: isRoot
        ? 'A model has none of the rights of the administrator who started Gata, and can gain none.'
        : 'A model cannot gain administrator rights through any program.',
    },
    {
      code: 'new-programs',
      enforced: true,
      detail: "A model can start no program but Gata's own, which then is in the same sandbox.",
    },
    {
      code: 'windows-and-input',
      enforced: true,
      detail: 'A model reaches neither the screen nor keyboard, mouse, microphone or camera.',
    },
    {
      code: 'disk-space',
      enforced: true,
      detail:
        'A model writes in a private folder only, which is removed at its end. Gata looks four times a second and ends it when it wrote too much.',
    },
  ];
}
