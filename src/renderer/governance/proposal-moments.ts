import type { Governance, ProposalView } from '../../shared/governance.ts';

const SOONEST_MS = 3000;
const LATEST_MS = 60_000;
/** Until a block is there that knows of the moment. */
const BLOCK_MS = 1500;

/** When something about a proposal changes by time alone; null: nothing does. */
export function nextMoment({ state, voteStart, voteEnd, executableAt }: ProposalView): string | null {
  if (state === 'pending') return voteStart;
  if (state === 'active') return voteEnd;
  return state === 'queued' ? executableAt : null;
}

/** Whether what was accepted can be carried out, by this computer's clock. */
export function isExecutable({ state, executableAt }: ProposalView, nowMs: number): boolean {
  return state === 'queued' && executableAt !== null && Date.parse(executableAt) <= nowMs;
}

/** How long to wait before reading again, so that moments are seen soon after they come. */
export function refreshAfterMs(governance: Governance | undefined, nowMs: number): number {
  const waits = (governance?.proposals ?? []).flatMap((proposal) => {
    const moment = nextMoment(proposal);
    if (moment === null || isExecutable(proposal, nowMs)) return [];
    return [Date.parse(moment) + BLOCK_MS - nowMs];
  });
  return Math.max(SOONEST_MS, Math.min(LATEST_MS, ...waits));
}
