import { describe, expect, it } from 'vitest';
import { heroView } from '../../../src/renderer/home/hero-view.ts';
import type { PauseReason } from '../../../src/shared/pause-reason.ts';
import { ago, ahead, gamePausedState, readyState, workingState } from '../../support/dashboard-fixtures.ts';

const game: PauseReason = { code: 'game-running', message: 'Hades II is running', since: ago(60) };
const afterGame: PauseReason = { ...game, message: 'Hades II has just ended', until: ahead(8) };
const byUser: PauseReason = { code: 'user-paused', message: 'Paused by you', since: ago(60) };
const paused = (...reasons: PauseReason[]) => heroView(gamePausedState({ reasons }), 'live');

describe('heroView', () => {
  it('shows the job, the wait and the missing network', () => {
    expect(heroView(workingState(), 'live')).toMatchObject({ mood: 'working', headline: 'working' });
    expect(heroView(readyState(), 'live')).toMatchObject({ mood: 'ready', headline: 'ready' });
    const offline = readyState({ network: { ...readyState().network, state: 'offline' } });
    expect(heroView(offline, 'live')).toMatchObject({ mood: 'ready', headline: 'notConnected' });
  });

  it('shows the agent as gone whatever it said last', () => {
    expect(heroView(workingState(), 'offline')).toMatchObject({ mood: 'offline', reasons: [] });
  });

  it('keeps every reason in order', () => {
    expect(paused(game, byUser).reasons).toEqual([game, byUser]);
  });

  it('lets Gata work beside its user, without a countdown that each key puts off', () => {
    const inUse: PauseReason = {
      code: 'in-use',
      message: 'You are using the computer',
      since: ago(1),
      until: ahead(299),
    };
    const view = heroView(gamePausedState({ reasons: [inUse], resumesAt: ahead(299) }), 'live');
    expect(view).toMatchObject({ canResume: false, canWorkAnyway: true, resumesAt: null });
    expect(paused(byUser, inUse)).toMatchObject({
      canResume: true,
      canWorkAnyway: false,
      pausedOtherwise: false,
    });
    expect(paused(game, inUse)).toMatchObject({ canWorkAnyway: true, pausedOtherwise: true });
  });

  it('offers to resume only what resuming ends', () => {
    expect(paused(game).canResume).toBe(false);
    expect(paused(byUser)).toMatchObject({ canResume: true, pausedOtherwise: false });
    expect(paused(afterGame)).toMatchObject({ canResume: true, pausedOtherwise: false });
    expect(paused(game, byUser)).toMatchObject({ canResume: true, pausedOtherwise: true });
  });
});
