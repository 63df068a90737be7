import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { root } from '../../scripts/start/programs.ts';

const transactionSchema = z.object({ hash: z.string().regex(/^0x[0-9a-f]{64}$/), gata: z.string() });

const summarySchema = z.object({
  jobs: z.int(),
  jobsByKind: z.record(z.string(), z.int()),
  tokens: z.int().positive(),
  tokensPerSecond: z.number().positive(),
  sandbox: z.string(),
  executionProvider: z.string(),
  latencyMs: z.object({ p50: z.number().positive(), p99: z.number().positive() }),
  wallet: z.object({ claim: transactionSchema, stake: transactionSchema }),
});

async function start(...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += data));
  child.stderr.on('data', (data) => (output.stderr += data));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output };
}

describe('npm start', () => {
  it.skipIf(!existsSync('/usr/bin/bwrap'))(
    '--once --json runs 20 jobs of three kinds, claims and stakes what they earned, and prints one JSON summary',
    async () => {
      const { code, stdout, stderr } = await start('--once', '--json');
      expect(code, stderr).toBe(0);
      const summary = summarySchema.parse(JSON.parse(stdout));
      expect(summary.jobs).toBe(20);
      expect(Object.keys(summary.jobsByKind).length).toBeGreaterThanOrEqual(3);
      expect(summary.sandbox).toBe('bubblewrap');
      const { claim, stake } = summary.wallet;
      expect(Number(claim.gata)).toBeGreaterThan(0);
      expect(stake.gata).toBe(claim.gata);
      expect(stake.hash).not.toBe(claim.hash);
    },
  );

  it('--help explains every flag', async () => {
    const { code, stdout } = await start('--help');
    expect(code).toBe(0);
    for (const flag of ['--headless', '--once', '--json', '--data-dir', '--port', '--gateway', '--help']) {
      expect(stdout).toContain(flag);
    }
  });

  it.each([
    [['--colour'], '--colour'],
    [['--port', 'many'], '--port'],
    [['--gateway', 'ftp://example'], '--gateway'],
  ])('refuses %j with a sentence that names the flag', async (flags, named) => {
    const { code, stdout, stderr } = await start(...flags);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
  });

  it('ends with the reason when the data folder cannot be used', async () => {
    const { code, stderr } = await start('--once', '--json', '--data-dir', '/dev/null/folder');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/error: /);
  });
});
