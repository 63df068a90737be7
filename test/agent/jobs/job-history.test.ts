import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobHistory } from '../../../src/agent/jobs/job-history.ts';
import type { JobView } from '../../../src/shared/local-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');

function jobView(changed: Partial<JobView> = {}): JobView {
  return {
    id: uuid(),
    attempt: 1,
    kind: 'text.generate',
    modelId: 'npc-chat',
    state: 'finished',
    acceptedAt: new Date(NOON).toISOString(),
    startedAt: new Date(NOON).toISOString(),
    endedAt: new Date(NOON).toISOString(),
    tokens: 10,
    provider: 'cpu',
    runMs: 5,
    energyJoules: null,
    earnedWei: null,
    error: null,
    ...changed,
  };
}

describe('the job history', () => {
  let root: ReturnType<typeof temporaryFolder>;
  let nowMs: number;
  beforeEach(() => {
    root = temporaryFolder();
    nowMs = NOON;
  });
  afterEach(() => root[Symbol.dispose]());

  const open = (jobsKept?: number) =>
    JobHistory.open({
      folder: root.path,
      clock: { now: () => new Date(nowMs) },
      logger: pino({ level: 'silent' }),
      ...(jobsKept !== undefined && { jobsKept }),
    });
  const file = () => join(root.path, 'jobs.jsonl');

  it('remembers jobs and totals over a restart', async () => {
    const jobs = [
      jobView(),
      jobView({ kind: 'embedding', tokens: 3 }),
      jobView({ state: 'failed', tokens: 0 }),
    ];
    {
      await using history = await open();
      for (const job of jobs) history.put(job);
    }
    await using history = await open();
    expect(history.page({ limit: 10 })).toEqual({ jobs: [...jobs].reverse(), more: false });
    expect(history.totalsSince(new Date(NOON))).toEqual({
      finished: 2,
      failed: 1,
      preempted: 0,
      tokens: 13,
      energyJoules: 0,
      earnedWei: '0',
      byKind: { 'text.generate': 1, embedding: 1 },
    });
    if (process.platform !== 'win32') expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('writes down a job only when it has ended', async () => {
    const id = uuid();
    {
      await using history = await open();
      history.put(jobView({ id, state: 'running', endedAt: null }));
      expect(history.get(id)?.state).toBe('running');
    }
    await using history = await open();
    expect(history.get(id)).toBeUndefined();
  });

  it('counts a job that comes back once, and lists it as new', async () => {
    await using history = await open();
    const first = jobView({ state: 'preempted', tokens: 4 });
    const other = jobView();
    history.put(first);
    history.put(other);
    const again = { ...first, attempt: 2, state: 'finished' as const, tokens: 9 };
    history.put({ ...again, state: 'running', endedAt: null });
    history.put(again);
    expect(history.page({ limit: 10 }).jobs.map((job) => job.id)).toEqual([first.id, other.id]);
    expect(history.totalsSince(new Date(NOON))).toMatchObject({ finished: 2, preempted: 0, tokens: 19 });
  });

  it('pages and filters, newest first', async () => {
    await using history = await open();
    const jobs = Array.from({ length: 7 }, (_, index) =>
      jobView({ kind: index % 2 === 0 ? 'text.generate' : 'embedding' }),
    );
    for (const job of jobs) history.put(job);
    const newest = jobs.toReversed();
    const first = history.page({ limit: 3 });
    expect(first).toEqual({ jobs: newest.slice(0, 3), more: true });
    expect(history.page({ limit: 4, before: first.jobs[2]?.id })).toEqual({
      jobs: newest.slice(3),
      more: false,
    });
    expect(history.page({ limit: 10, kind: 'embedding' }).jobs).toHaveLength(3);
    expect(history.page({ limit: 10, state: 'failed' })).toEqual({ jobs: [], more: false });
    expect(history.page({ limit: 10, before: uuid() }).jobs).toEqual([]);
  });

  it('keeps the totals of more jobs than it lists, also over restarts and rotations', async () => {
    for (let run = 0; run < 4; run += 1) {
      await using history = await open(10);
      for (let count = 0; count < 15; count += 1) history.put(jobView({ tokens: 1 }));
    }
    await using history = await open(10);
    expect(history.totalsSince(new Date(NOON))).toMatchObject({ finished: 60, tokens: 60 });
    expect(history.page({ limit: 100 }).jobs).toHaveLength(10);
    expect((await readFile(file(), 'utf8')).split('\n').length).toBeLessThanOrEqual(22);
  });

  it('counts only what ended since the given time', async () => {
    await using history = await open();
    history.put(jobView({ endedAt: '2026-11-19T22:59:59.999Z' }));
    history.put(jobView({ endedAt: '2026-11-19T23:00:00.000Z' }));
    // Midnight in Berlin.
    expect(history.totalsSince(new Date('2026-11-19T23:00:00Z'))).toMatchObject({ finished: 1 });
  });

  it('writes a job down once when its credit follows its end, and replaces it when that comes later', async () => {
    const prompt = jobView({ energyJoules: 20 });
    const late = jobView({ energyJoules: 30 });
    {
      await using history = await open();
      history.put(prompt);
      history.put({ ...prompt, earnedWei: '1000000000000000000001' });
      history.put(late);
    }
    expect((await readFile(file(), 'utf8')).split('\n')).toHaveLength(3);
    {
      await using history = await open();
      history.put({ ...late, earnedWei: '5', energyJoules: 31.5 });
    }
    await using history = await open();
    expect(history.totalsSince(new Date(NOON))).toMatchObject({
      finished: 2,
      energyJoules: 51.5,
      earnedWei: '1000000000000000000006',
    });
    expect(history.page({ limit: 10 }).jobs).toHaveLength(2);
  });

  it('reads what was written before jobs had energy and credits', async () => {
    const { energyJoules: _energy, earnedWei: _earned, ...old } = jobView();
    const { tokens } = old;
    const quarter = {
      startMs: NOON,
      totals: { finished: 4, failed: 0, preempted: 0, tokens: 9, byKind: { embedding: 4 } },
    };
    await writeFile(file(), `${JSON.stringify({ quarter })}\n${JSON.stringify({ job: old })}\n`);
    await using history = await open();
    expect(history.get(old.id)).toEqual({ ...old, energyJoules: null, earnedWei: null });
    expect(history.totalsSince(new Date(NOON))).toMatchObject({
      finished: 5,
      tokens: 9 + tokens,
      energyJoules: 0,
      earnedWei: '0',
    });
  });

  it('has the quarters of 31 days, also of jobs that are no longer listed, and forgets older ones', async () => {
    const daysAgo = (days: number) => new Date(NOON - days * 24 * 3600_000).toISOString();
    const days = [40, 31, 20, 10, 3, 0];
    {
      await using history = await open(2);
      for (const ago of days) {
        const at = { acceptedAt: daysAgo(ago), endedAt: daysAgo(ago) };
        history.put(jobView({ ...at, energyJoules: ago + 1, earnedWei: String(10n ** BigInt(ago)) }));
        history.put(jobView({ ...at, energyJoules: ago + 1 }));
      }
    }
    {
      // Written anew, since most of it is out of date.
      await using history = await open(2);
      for (let more = 0; more < 6; more += 1) history.put(jobView({ energyJoules: 0 }));
    }
    await using history = await open(2);
    const quarters = history.quartersSince(new Date(0)).toSorted((a, b) => b.startMs - a.startMs);
    expect(quarters.map(({ totals }) => totals.energyJoules)).toEqual([2, 8, 22, 42, 64]);
    expect(history.quartersSince(new Date(daysAgo(10)))).toHaveLength(3);
    expect(history.totalsSince(new Date(daysAgo(10)))).toMatchObject({ energyJoules: 32 });
  });

  it('skips damaged lines and a last line that was cut, and goes on', async () => {
    const kept = jobView();
    await writeFile(file(), `${JSON.stringify({ job: kept })}\nnonsense\n{"job":{"id"`);
    const added = jobView();
    {
      await using history = await open();
      expect(history.page({ limit: 10 }).jobs).toEqual([kept]);
      history.put(added);
    }
    await appendFile(file(), '');
    await using history = await open();
    expect(history.page({ limit: 10 }).jobs).toEqual([added, kept]);
  });

  it('has the totals of its jobs, whatever happens to them', async () => {
    const change = fc.record({
      job: fc.integer({ min: 0, max: 5 }),
      state: fc.constantFrom('running', 'finished', 'failed', 'preempted', 'cancelled'),
      tokens: fc.integer({ min: 0, max: 100 }),
      energyJoules: fc.option(fc.integer({ min: 0, max: 1000 })),
      earnedWei: fc.option(fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        using own = temporaryFolder();
        const history = await JobHistory.open({
          folder: own.path,
          clock: { now: () => new Date(nowMs) },
          logger: pino({ level: 'silent' }),
        });
        const ids = Array.from({ length: 6 }, () => uuid());
        for (const { job, state, ...facts } of changes) {
          const endedAt = state === 'running' ? null : new Date(NOON).toISOString();
          history.put(jobView({ id: ids[job] ?? uuid(), state, ...facts, endedAt }));
        }
        const ended = history.page({ limit: 100 }).jobs.filter((job) => job.endedAt !== null);
        const totals = history.totalsSince(new Date(NOON));
        expect(totals.finished).toBe(ended.filter((job) => job.state === 'finished').length);
        expect(totals.preempted).toBe(ended.filter((job) => job.state === 'preempted').length);
        expect(totals.tokens).toBe(ended.reduce((sum, job) => sum + job.tokens, 0));
        expect(totals.energyJoules).toBe(ended.reduce((sum, job) => sum + (job.energyJoules ?? 0), 0));
        expect(BigInt(totals.earnedWei)).toBe(
          ended.reduce((sum, job) => sum + BigInt(job.earnedWei ?? 0), 0n),
        );
        await history[Symbol.asyncDispose]();
      }),
      { numRuns: 30 },
    );
  });
});
