import { type GamePause, type PauseSignal, pauseFigures } from '../../shared/game-pause.ts';
import { localTime } from './status-text.ts';

const SEEN_BY: Record<PauseSignal, string> = {
  'proc-connector': 'told by the kernel',
  'proc-polling': 'seen among new processes',
  'process-snapshot': 'seen among all processes',
  'already-running': 'ran already',
  window: 'seen by its window',
  'game-mode': 'told by GameMode',
  steam: 'told by Steam',
  graphics: 'seen on the graphics card',
  'files-beside': 'seen by the files beside it',
  'installed-games': 'found in a store',
  settings: 'by your settings',
  lease: 'told by a launcher',
};

/** The newest pauses for games for a terminal, after the figures of all of them. */
export function pausesText(pauses: readonly GamePause[], limit: number): string {
  if (pauses.length === 0) return 'Gata has not paused for a game yet.';
  const figures = pauseFigures(pauses);
  const speed =
    figures === null
      ? 'no worker had to be stopped'
      : `${figures.count} with a worker to stop: median ${milliseconds(figures.medianMs)}, slowest ${milliseconds(figures.slowestMs)}`;
  const shown = pauses.slice(0, limit);
  const left = pauses.length - shown.length;
  return [
    `Last ${pauses.length === 1 ? 'pause' : `${pauses.length} pauses`} for games (${speed}):`,
    ...shown.map((pause) => `  ${pauseText(pause)}`),
    ...(left === 0 ? [] : [`  ${left} more: gata games --all`]),
  ].join('\n');
}

function pauseText({ at, name, certainty, signal, why, ...took }: GamePause): string {
  const seen = signal === null ? '' : `, ${SEEN_BY[signal]}`;
  return `${localTime(at)} ${name}${certainty === 'maybe' ? ' (not sure)' : ''}: ${tookText(took)}${seen}. ${why}`;
}

function tookText({
  seenToStoppedMs,
  startToStoppedMs,
  jobs,
  memory,
}: Pick<GamePause, 'seenToStoppedMs' | 'startToStoppedMs' | 'jobs' | 'memory'>): string {
  if (seenToStoppedMs === null) return 'no worker was running';
  return [
    `stopped in ${milliseconds(seenToStoppedMs)}`,
    ...(startToStoppedMs === null ? [] : [`${milliseconds(startToStoppedMs)} after its start`]),
    ...(memory === null
      ? []
      : [memory.freed ? `memory free after ${milliseconds(memory.afterMs)}` : 'memory not free']),
    ...(jobs === 0 ? [] : [`${jobs} ${jobs === 1 ? 'job' : 'jobs'} handed back`]),
  ].join(', ');
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}
