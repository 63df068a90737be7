import type { Status } from '../../shared/local-api.ts';

/** The status for a terminal. */
export function statusText(status: Status): string {
  return [
    headline(status),
    ...status.reasons.slice(1).map((reason) => `  also: ${reason.message}`),
    ...(status.resumesAt === null ? [] : [`  resumes at ${localTime(status.resumesAt)}`]),
    `Jobs     ${currentJobs(status)}`,
    `Today    ${today(status)}`,
    `Device   ${status.device.name}${status.device.provider === null ? '' : ` (${status.device.provider})`}`,
    `Sandbox  ${sandbox(status)}`,
    ...unprotected(status).map((line) => `  not kept from: ${line}`),
    `Network  ${network(status)}`,
    ...status.quarantinedModels.map(
      (model) => `Stopped  ${model.modelId}: it broke Gata's workers (gata models retry ${model.modelId})`,
    ),
    ...status.notices.map((notice) => `${capitalized(notice.level)}: ${notice.message}`),
  ].join('\n');
}

/** A time of day on this machine; with the date when it is another day. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? time.toLocaleTimeString() : time.toLocaleString();
}

function headline({ state, reasons }: Status): string {
  switch (state) {
    case 'working':
      return 'Working';
    case 'ready':
      return 'Ready, waiting for a job';
    case 'paused':
      return `Paused: ${reasons[0]?.message ?? 'no reason given'}`;
  }
}

function currentJobs({ currentJobs: jobs, tokensPerSecond }: Status): string {
  if (jobs.length === 0) return 'none at the moment';
  const speed = tokensPerSecond === null ? '' : `, ${tokensPerSecond.toFixed(1)} tokens/s`;
  return jobs.map((job) => `${job.kind} with ${job.modelId} (${job.state})`).join(', ') + speed;
}

function today({ today: totals }: Status): string {
  const { finished, failed, preempted, tokens } = totals;
  return `${finished} finished, ${failed} failed, ${preempted} handed back, ${tokens} tokens`;
}

function sandbox({ sandbox: { mechanism, working, selfTest } }: Status): string {
  const tried =
    selfTest === null
      ? ''
      : `, ${selfTest.attempts - selfTest.escapes.length} of ${selfTest.attempts} attempts to break out refused`;
  return `${mechanism}${working ? '' : ' — not working'}${tried}`;
}

function unprotected({ sandbox: { protections } }: Status): string[] {
  return protections.filter(({ enforced }) => !enforced).map(({ code, detail }) => `${code} — ${detail}`);
}

function network({ network: { state, gatewayUrl, embedded, detail } }: Status): string {
  const which = embedded ? `${gatewayUrl}, the demo network on this machine` : gatewayUrl;
  return `${state} (${which})${detail === null ? '' : ` — ${detail}`}`;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
