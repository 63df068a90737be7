import { randomUUID } from 'node:crypto';
import type { GamePause } from '../../src/shared/game-pause.ts';

/** A pause for a game that had a worker to stop. */
export function gamePause(change: Partial<GamePause> = {}): GamePause {
  return {
    id: randomUUID(),
    at: '2026-11-20T10:00:00.000Z',
    key: 'steam:1145350',
    name: 'Hades II',
    executable: '/games/steamapps/common/Hades II/Hades2.exe',
    certainty: 'game',
    why: 'Steam installed it.',
    signal: 'proc-connector',
    workers: 1,
    jobs: 1,
    seenToStoppedMs: 41,
    startToStoppedMs: 60,
    memory: { freed: true, afterMs: 88 },
    ...change,
  };
}
