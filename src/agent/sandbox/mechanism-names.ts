import type { SandboxMechanism } from '../../shared/local-api.ts';

export type Confinement = Exclude<SandboxMechanism, 'none'>;

const MECHANISMS: Readonly<Record<string, readonly Confinement[]>> = {
  linux: ['bubblewrap', 'landlock'],
  win32: ['restricted-token'],
};

/** Those that this platform may have, best first. */
export function mechanismsOf(platform: string): readonly Confinement[] {
  return MECHANISMS[platform] ?? [];
}
