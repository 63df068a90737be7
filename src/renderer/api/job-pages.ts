import type { JobsPage, JobView } from '../../shared/local-api.ts';
import type { JobsFilter } from './api-client.ts';

function matchesFilter(job: JobView, filter: JobsFilter): boolean {
  return (
    (filter.state === undefined || job.state === filter.state) &&
    (filter.kind === undefined || job.kind === filter.kind)
  );
}

/**
 * The pages of a filtered, newest-first list after one job changed: replaced in place, put at its place by
 * acceptance when new, left out when the filter no longer takes it. A job older than everything loaded is
 * left for its own page to bring. An older attempt never replaces a newer one.
 */
export function withJob(pages: readonly JobsPage[], job: JobView, filter: JobsFilter): readonly JobsPage[] {
  const known = pages.flatMap((page) => page.jobs).find((candidate) => candidate.id === job.id);
  if (known !== undefined && known.attempt > job.attempt) return pages;
  const matches = matchesFilter(job, filter);
  if (known !== undefined && matches && known.acceptedAt === job.acceptedAt) {
    return pages.map((page) =>
      page.jobs.includes(known)
        ? { ...page, jobs: page.jobs.map((candidate) => (candidate === known ? job : candidate)) }
        : page,
    );
  }
  const without =
    known === undefined
      ? pages
      : pages.map((page) => ({ ...page, jobs: page.jobs.filter((candidate) => candidate !== known) }));
  return matches ? insert(without, job) : without;
}

/** Every loaded job, newest first. */
export function allJobs(pages: readonly JobsPage[]): JobView[] {
  return pages.flatMap((page) => page.jobs);
}

function insert(pages: readonly JobsPage[], job: JobView): readonly JobsPage[] {
  for (const [index, page] of pages.entries()) {
    const at = page.jobs.findIndex((candidate) => candidate.acceptedAt <= job.acceptedAt);
    if (at === -1) continue;
    return pages.with(index, { ...page, jobs: page.jobs.toSpliced(at, 0, job) });
  }
  const last = pages.at(-1);
  if (last === undefined || last.more) return pages;
  return pages.with(-1, { ...last, jobs: [...last.jobs, job] });
}
