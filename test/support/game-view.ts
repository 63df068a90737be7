import type { GameView } from '../../src/shared/local-api.ts';

/** A game that runs and pauses compute. */
export function gameView(name: string, change: Partial<GameView> = {}): GameView {
  const executable = `/games/${name}`;
  return {
    pid: 7,
    name,
    executable,
    why: 'listed',
    since: '2026-11-20T10:00:00.000Z',
    key: `program:${executable}`,
    certainty: 'game',
    choice: 'pause',
    gpuUuids: null,
    ...change,
  };
}
