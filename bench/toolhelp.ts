import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { percentile } from '../scripts/start/summary.ts';
import { runUnderWine, wineMissing } from '../test/support/wine.ts';

const COMPILER = 'x86_64-w64-mingw32-gcc';
const PROGRAM = path.join(import.meta.dirname, '../test/support/windows/measure-watcher.ts');
const TIMEOUT_MS = 300_000;
/** As many as Wine carries on a small machine. */
const OTHERS = 100;
const STARTS_PER_SECOND = 5;

const reportSchema = z.object({ noticeMs: z.array(z.number()), watching: z.number(), without: z.number() });

/** From a program's start to the notice that it is a game, by Windows' Toolhelp under Wine; nothing without Wine. */
export async function measureToolhelp(samples: number): Promise<Record<string, number>> {
  const report = await measureUnderWine([samples, 0, 0, 0]);
  if (report === undefined) return {};
  return {
    byToolhelpUnderWineNoticeMsP50: percentile(report.noticeMs, 0.5),
    byToolhelpUnderWineNoticeMsP99: percentile(report.noticeMs, 0.99),
  };
}

/** Share of one core that the Windows watcher takes under Wine, in percent; nothing without Wine. */
export async function measureToolhelpCost(seconds: number): Promise<Record<string, number>> {
  const report = await measureUnderWine([0, OTHERS, STARTS_PER_SECOND, seconds]);
  if (report === undefined) return {};
  return {
    [`toolhelpUnderWinePercentOfOneCoreWith${OTHERS}Processes`]: (report.watching - report.without) * 100,
  };
}

async function measureUnderWine(args: readonly number[]): Promise<z.infer<typeof reportSchema> | undefined> {
  const missing = wineMissing();
  if (missing !== undefined) {
    console.error(`Windows' watcher is not measured: ${missing}.`);
    return undefined;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-toolhelp-'));
  try {
    const program = path.join(folder, 'program.exe');
    const source = path.join(import.meta.dirname, 'detect-program.c');
    execFileSync(COMPILER, ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
    const { exitCode, stdout, stderr } = await runUnderWine(
      PROGRAM,
      [`Z:${program.replaceAll('/', '\\')}`, ...args.map(String)],
      { timeoutMs: TIMEOUT_MS },
    );
    if (exitCode !== 0) throw new Error(`The watcher ended with ${exitCode} under Wine: ${stderr}`);
    return reportSchema.parse(JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
