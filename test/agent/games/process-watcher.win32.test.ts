import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGameWatcher } from '../../../src/agent/games/game-watcher.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

const lineSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('spawned'), atMs: z.number(), program: z.string(), pid: z.int() }),
  z.object({ event: z.literal('exited'), atMs: z.number(), program: z.string() }),
  z.object({
    event: z.literal('change'),
    atMs: z.number(),
    games: z.array(z.object({ name: z.string(), pid: z.int(), file: z.string() })),
  }),
]);
type Line = z.infer<typeof lineSchema>;

const missing = wineMissing();
describe.skipIf(missing !== undefined)(
  `the Windows watcher${missing ? ` (not here: ${missing})` : ''}`,
  () => {
    it('sees Windows games start and end, and no other program', { timeout: 240_000 }, async () => {
      const script = join(import.meta.dirname, '../../support/windows/watch-games.ts');
      // Wine's processes are Linux processes too: the watcher of this side sees the same games.
      await using outside = createGameWatcher({
        settings: () => DEFAULT_SETTINGS.games,
        logger: pino({ level: 'silent' }),
        clock: systemClock,
      });
      const seenOutside = new Set<string>();
      outside.on('change', () => {
        for (const { name } of outside.running()) seenOutside.add(name);
      });
      await outside.start();

      const { exitCode, stdout, stderr } = await runUnderWine(script);
      expect([...seenOutside]).toEqual(expect.arrayContaining(['Hades II', 'The Witcher 3: Wild Hunt']));
      expect([...seenOutside]).not.toContain('editor.exe');
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('toolhelp-polling'),
      });
      const lines = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => lineSchema.parse(JSON.parse(line)));

      const pidOf = (program: string) =>
        lines.flatMap((line) => (line.event === 'spawned' && line.program === program ? [line.pid] : []))[0];
      const changes = lines.flatMap((line) => (line.event === 'change' ? [line.games] : []));
      expect(changes).toEqual([
        [{ name: 'Hades II', pid: pidOf('Hades2.exe'), file: 'Hades2.exe' }],
        [],
        [{ name: 'my own game.exe', pid: pidOf('my own game.exe'), file: 'my own game.exe' }],
        [],
      ]);

      const latencies = delaysToNextChange(lines);
      console.log(
        `toolhelp-polling: start or end to notice ${latencies.map((ms) => ms.toFixed(0)).join(', ')} ms`,
      );
      expect(Math.max(...latencies)).toBeLessThan(1000);
    });
  },
);

/** For each game: from its start, and from its end, to the change that tells of it. */
function delaysToNextChange(lines: readonly Line[]): number[] {
  return lines.flatMap((line, index) => {
    const next = lines[index + 1];
    return line.event !== 'change' && next?.event === 'change' ? [next.atMs - line.atMs] : [];
  });
}
