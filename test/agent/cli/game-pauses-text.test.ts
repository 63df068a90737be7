import { expect, it } from 'vitest';
import { pausesText } from '../../../src/agent/cli/game-pauses-text.ts';
import { gamePause } from '../../support/game-pause.ts';

it('says when there was none', () => {
  expect(pausesText([], 10)).toBe('Gata has not paused for a game yet.');
});

it('tells of each what it was, how it was seen, why, and how long each step took', () => {
  const lease = gamePause({
    ...{ name: 'Portal', signal: 'lease', key: null, executable: null, why: 'Starting a game', jobs: 0 },
    ...{ seenToStoppedMs: 8.24, startToStoppedMs: null, memory: { freed: false, afterMs: 2100 } },
  });
  const idle = gamePause({
    workers: 0,
    seenToStoppedMs: null,
    signal: null,
    certainty: 'maybe',
    why: 'Why.',
  });
  const [head, ...lines] = pausesText([gamePause(), lease, idle], 10).split('\n');
  expect(head).toBe('Last 3 pauses for games (2 with a worker to stop: median 25 ms, slowest 41 ms):');
  expect(lines[0]).toMatch(
    / Hades II: stopped in 41 ms, 60 ms after its start, memory free after 88 ms, 1 job handed back, told by the kernel\. Steam installed it\.$/,
  );
  expect(lines[1]).toMatch(
    / Portal: stopped in 8\.2 ms, memory not free, told by a launcher\. Starting a game$/,
  );
  expect(lines[2]).toMatch(/ Hades II \(not sure\): no worker was running\. Why\.$/);
});

it('shows the newest, and how to see the others', () => {
  const text = pausesText(
    Array.from({ length: 12 }, (_, index) => gamePause({ name: `Game ${index}` })),
    10,
  );
  expect(text).toContain('Game 9:');
  expect(text).not.toContain('Game 10:');
  expect(text).toContain('  2 more: gata games --all');
});
