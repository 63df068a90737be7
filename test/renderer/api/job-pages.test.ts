import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allJobs, withJob } from '../../../src/renderer/api/job-pages.ts';
import { type JobsPage, type JobView, jobStateSchema } from '../../../src/shared/local-api.ts';
import { jobView } from '../../support/dashboard-fixtures.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString();
const newest = jobView({ acceptedAt: at(30) });
const middle = jobView({ acceptedAt: at(20) });
const oldest = jobView({ acceptedAt: at(10) });
const pages: JobsPage[] = [
  { jobs: [newest, middle], more: true },
  { jobs: [oldest], more: true },
];
const ids = (list: readonly JobsPage[]) => allJobs(list).map((job) => job.id);

describe('withJob', () => {
  it('puts a new job first', () => {
    const job = jobView({ acceptedAt: at(40) });
    expect(ids(withJob(pages, job, {}))).toEqual([job.id, newest.id, middle.id, oldest.id]);
  });

  it('replaces a known job in its place', () => {
    const changed = { ...middle, tokens: 999 };
    expect(allJobs(withJob(pages, changed, {}))).toEqual([newest, changed, oldest]);
  });

  it('drops a job that the filter no longer takes', () => {
    const failed: JobView = { ...middle, state: 'failed' };
    expect(ids(withJob(pages, failed, { state: 'finished' }))).toEqual([newest.id, oldest.id]);
  });

  it('leaves out a new job that the filter does not take', () => {
    expect(withJob(pages, jobView({ kind: 'embedding' }), { kind: 'onnx.run' })).toEqual(pages);
  });

  it('moves a job that was accepted again to its new place', () => {
    const again = { ...oldest, attempt: 2, acceptedAt: at(50) };
    expect(ids(withJob(pages, again, {}))).toEqual([oldest.id, newest.id, middle.id]);
  });

  it('does not let an older attempt replace a newer one', () => {
    const second = withJob(pages, { ...middle, attempt: 2 }, {});
    expect(withJob(second, middle, {})).toBe(second);
  });

  it('leaves a job older than everything loaded to the page that brings it, unless none is left', () => {
    const ancient = jobView({ acceptedAt: at(1) });
    expect(ids(withJob(pages, ancient, {}))).not.toContain(ancient.id);
    const complete = pages.map((page) => ({ ...page, more: false }));
    expect(ids(withJob(complete, ancient, {})).at(-1)).toBe(ancient.id);
  });

  it('keeps the list sorted, without repeats and within its filter, whatever happens', () => {
    const change = fc.record({
      job: fc.integer({ min: 0, max: 11 }),
      state: fc.constantFrom(...jobStateSchema.options),
      second: fc.integer({ min: 0, max: 59 }),
      attempt: fc.integer({ min: 1, max: 3 }),
    });
    const known = Array.from({ length: 12 }, () => jobView());
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.constantFrom(undefined, ...jobStateSchema.options),
        (changes, state) => {
          const list = changes.reduce<readonly JobsPage[]>(
            (before, { job, second, ...rest }) =>
              withJob(before, { ...(known[job] ?? newest), ...rest, acceptedAt: at(second) }, { state }),
            [{ jobs: [], more: false }],
          );
          const jobs = allJobs(list);
          const times = jobs.map((job) => job.acceptedAt);
          expect(times).toEqual(times.toSorted().reverse());
          expect(new Set(jobs.map((job) => job.id)).size).toBe(jobs.length);
          expect(jobs.every((job) => state === undefined || job.state === state)).toBe(true);
        },
      ),
    );
  });
});
