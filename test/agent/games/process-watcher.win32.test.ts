import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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
      const { exitCode, stdout, stderr } = await runUnderWine(script);
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
        [{ name: 'Foo Game', pid: pidOf('Foo Game/foo.exe'), file: 'foo.exe' }],
        [],
        [{ name: 'my own game', pid: pidOf('my own game.exe'), file: 'my own game.exe' }],
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
