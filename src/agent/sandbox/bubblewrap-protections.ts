import type { SandboxView } from '../../shared/local-api.ts';

type Protection = SandboxView['protections'][number];

const MEBIBYTE = 1024 * 1024;

/** What bubblewrap and the system-call filter keep a worker from, in words; limits of memory are not its own. */
export function bubblewrapProtections({ temporaryBytes }: { readonly temporaryBytes: number }): Protection[] {
  return [
    {
      code: 'files',
      enforced: true,
      detail:
        "A model sees no file but its own, Gata's worker program and the libraries that it needs, and can change none of them.",
    },
    {
      code: 'network',
      enforced: true,
      detail:
        'A model has a network of its own without any device, and the system refuses it every connection, to this computer too.',
    },
    {
      code: 'other-processes',
      enforced: true,
      detail: 'A model sees no process but its own, and can signal and read no other.',
    },
    { code: 'environment', enforced: true, detail: 'A model is given none of your environment variables.' },
    {
      code: 'system-calls',
      enforced: true,
      detail:
        'The system refuses every call that running a model does not need, and ends a model that makes a dangerous one.',
    },
    {
      code: 'devices',
      enforced: true,
      detail: 'A model finds no device but the graphics card that it was given.',
    },
    {
      code: 'administrator-rights',
      enforced: true,
      detail: 'A model has no rights of an administrator and finds no program by which it could gain them.',
    },
    {
      code: 'new-programs',
      enforced: true,
      detail: 'A model can start no second program; what it becomes instead stays in the same sandbox.',
    },
    {
      code: 'windows-and-input',
      enforced: true,
      detail: 'A model reaches neither screen, keyboard, mouse, microphone and camera nor terminals.',
    },
    {
      code: 'disk-space',
      enforced: true,
      detail: `A model writes in memory of its own only, at most ${Math.round(temporaryBytes / MEBIBYTE)} MiB, which is gone at its end.`,
    },
  ];
}
