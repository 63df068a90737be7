import { GataError } from '../shared/gata-error.ts';
import { hotKeyCaps, parseHotKey } from '../shared/hot-key.ts';
import type { HotKeyState } from '../shared/shell-contract.ts';
import type { AgentClient } from './agent-client.ts';
import type { AgentView } from './agent-view.ts';
import type { Announcement } from './notifications.ts';

/** What came of a press of the hot key. */
export type HotKeyOutcome =
  | { readonly kind: 'paused' | 'resumed' }
  | { readonly kind: 'failed'; readonly error: GataError };

/** Ends the user's own pause, or begins one that lasts until the user says otherwise. Never rejects. */
export async function pressHotKey(
  view: AgentView,
  client: Pick<AgentClient, 'pause' | 'resume'> | undefined,
): Promise<HotKeyOutcome> {
  if (view.kind !== 'connected' || client === undefined)
    return { kind: 'failed', error: new GataError('agent-unreachable', 'Gata is not running.') };
  const isPaused = view.status.reasons.some(({ code }) => code === 'user-paused');
  try {
    await (isPaused ? client.resume() : client.pause({ until: 'resumed' }));
    return { kind: isPaused ? 'resumed' : 'paused' };
  } catch (error) {
    return { kind: 'failed', error: GataError.from(error) };
  }
}

/** The keys are pressed where nothing of Gata is seen: the answer comes as a quiet notification. */
export function outcomeAnnouncement(
  outcome: HotKeyOutcome,
  hotKey: string | null,
  platform: NodeJS.Platform,
): Announcement {
  const quiet = { silent: true, screen: 'home' } as const;
  switch (outcome.kind) {
    case 'paused':
      return {
        ...quiet,
        title: 'Gata is paused',
        body: `Press ${hotKeyWords(hotKey, platform)} again to resume.`,
      };
    case 'resumed':
      return { ...quiet, title: 'Your pause is over', body: 'Gata works when nothing else is in the way.' };
    case 'failed':
      return { ...quiet, title: 'The keys did nothing', body: outcome.error.message };
  }
}

/** What the user is told when the keys of the settings do not work; undefined when they do, or none are wanted. */
export function hotKeyProblem(
  { hotKey, state }: HotKeyState,
  platform: NodeJS.Platform,
): Announcement | undefined {
  const keys = hotKeyWords(hotKey, platform);
  switch (state) {
    case 'none':
    case 'active':
      return undefined;
    case 'taken':
      return {
        title: `${keys} does not pause Gata`,
        body: 'Another program has these keys. Choose others in Settings.',
        screen: 'settings',
      };
    case 'invalid':
      return {
        title: 'The keys to pause Gata cannot be used',
        body: `"${keys}" is no combination that Gata can listen for. Choose others in Settings.`,
        screen: 'settings',
      };
  }
}

function hotKeyWords(hotKey: string | null, platform: NodeJS.Platform): string {
  const parsed = hotKey === null ? undefined : parseHotKey(hotKey);
  if (parsed === undefined) return hotKey ?? '';
  const keyboard = platform === 'darwin' ? 'mac' : platform === 'win32' ? 'windows' : 'linux';
  return hotKeyCaps(parsed, keyboard).join('+');
}
