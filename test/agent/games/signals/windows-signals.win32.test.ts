import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { compileWindowsProgram, windowsCompilerMissing } from '../../../support/windows/compile-program.ts';
import { runUnderWine, wineMissing } from '../../../support/wine.ts';

const SCRIPTS = join(import.meta.dirname, '../../../support/windows');
const TIMEOUT_MS = 240_000;

/** Runs a script with a compiled actor.c, and reads the one line that it writes. */
async function watch<Schema extends z.ZodType>(script: string, schema: Schema): Promise<z.infer<Schema>> {
  using folder = temporaryFolder();
  const program = join(folder.path, 'actor.exe');
  compileWindowsProgram(join(SCRIPTS, 'actor.c'), program);
  const args = [`Z:${program.replaceAll('/', '\\')}`];
  const run = await runUnderWine(join(SCRIPTS, script), args, { timeoutMs: 180_000 });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return schema.parse(JSON.parse(run.stdout));
}

const windowSchema = z.object({ pid: z.int(), isFullScreen: z.boolean() }).nullable();
const foregroundSchema = z.object({
  seen: z.array(z.object({ window: z.string(), isFullScreen: z.boolean().nullable(), delayMs: z.number() })),
  after: windowSchema,
});
const steamSchema = z.object({ atStart: z.number().nullable(), delaysMs: z.array(z.number()) });
const inputSchema = z.object({
  touches: z.array(z.object({ delayMs: z.number(), errorMs: z.number() })),
  changesByTouches: z.int(),
  changesInQuiet: z.int(),
});
const costSchema = z.object({
  metered: z.boolean().nullable(),
  costs: z.array(z.int()),
  tookMs: z.number(),
  second: z.string(),
  lastCost: z.int(),
  afterwards: z.string(),
});
const loadSchema = z.object({
  loads: z.array(z.number().nullable()),
  ownSeconds: z.number(),
  cpuSeconds: z.number(),
  machineSeconds: z.number(),
  busySeconds: z.number(),
  elapsedSeconds: z.number(),
});
const looksSchema = z.object({ looksMicroseconds: z.record(z.string(), z.number()) }).loose();

const rounded = (numbers: readonly number[]) => numbers.map((number) => number.toFixed(0)).join(', ');

const missing = wineMissing() ?? windowsCompilerMissing();
// In one file, one after the other: they share a desktop and its foreground.
describe.skipIf(missing !== undefined)(
  `signals on Windows${missing === undefined ? '' : ` (not here: ${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    it('sees which program has the keyboard, and whether it fills the screen', async () => {
      const { seen, after } = await watch('watch-foreground.ts', foregroundSchema);
      expect(seen.map(({ window, isFullScreen }) => ({ window, isFullScreen }))).toEqual([
        { window: 'popup 10 10 300 200', isFullScreen: false },
        { window: 'popup 0 0 1024 768', isFullScreen: true },
        { window: 'captioned 0 0 1024 768', isFullScreen: false },
        { window: 'popup -5 -5 2000 2000', isFullScreen: true },
        { window: 'maximized 0 0 1024 768', isFullScreen: false },
        { window: 'popup 0 0 1024 700', isFullScreen: false },
        { window: 'popup 0 0 1024 768', isFullScreen: true },
      ]);
      // Wine's desktop, or no window at all.
      expect(after?.isFullScreen ?? false).toBe(false);
      console.log(`foreground window: seen after ${rounded(seen.map(({ delayMs }) => delayMs))} ms`);
    });

    it('sees which app Steam runs, until Steam is gone', async () => {
      const { atStart, delaysMs } = await watch('watch-steam.ts', steamSchema);
      expect(atStart).toBe(0);
      console.log(`Steam's app: seen after ${rounded(delaysMs)} ms`);
    });

    it('sees when the user touches the mouse, and is quiet while nobody does', async () => {
      const { touches, changesByTouches, changesInQuiet } = await watch('watch-input.ts', inputSchema);
      expect(changesByTouches).toBe(touches.length);
      expect(changesInQuiet).toBe(0);
      for (const { errorMs } of touches) expect(Math.abs(errorMs)).toBeLessThan(1_000);
      console.log(`input: seen after ${rounded(touches.map(({ delayMs }) => delayMs))} ms`);
    });

    it('asks what the network costs, without leaving anything behind', async () => {
      const { metered, costs, second, lastCost, afterwards, tookMs } = await watch(
        'read-network-cost.ts',
        costSchema,
      );
      // Wine's network has no limits.
      expect({ metered, costs: [...new Set(costs)], lastCost }).toEqual({
        metered: false,
        costs: [1],
        lastCost: 1,
      });
      expect(second).toContain('Error');
      expect(afterwards).toContain('Error');
      console.log(`network cost: ${tookMs.toFixed(1)} ms a question, on another thread`);
    });

    it('tells our own work from that of others', async () => {
      const load = await watch('measure-load.ts', loadSchema);
      const [atStart, afterwards] = load.loads;
      expect(atStart).toBeNull();
      expect(afterwards).toBeGreaterThanOrEqual(0);
      expect(afterwards).toBeLessThanOrEqual(1);
      expect(Math.abs(load.ownSeconds - load.cpuSeconds)).toBeLessThan(0.1);
      expect(load.busySeconds).toBeLessThanOrEqual(load.machineSeconds);
      expect(load.busySeconds).toBeGreaterThan(load.ownSeconds - 0.1);
      // Each processor's time passes as the clock's does.
      const processors = load.machineSeconds / load.elapsedSeconds;
      expect(Math.abs(processors - Math.max(1, Math.round(processors)))).toBeLessThan(0.35);
    });

    it('costs little', async () => {
      const { looksMicroseconds, ...quiet } = await watch('measure-looks.ts', looksSchema);
      console.log(`µs a look: ${JSON.stringify(looksMicroseconds)}; all together: ${JSON.stringify(quiet)}`);
      expect(Object.keys(looksMicroseconds)).toContain('foreground');
    });
  },
);
