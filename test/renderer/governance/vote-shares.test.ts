import { expect, test } from 'vitest';
import { nextMoment, refreshAfterMs } from '../../../src/renderer/governance/proposal-moments.ts';
import { quorumShare, voteShares } from '../../../src/renderer/governance/vote-shares.ts';
import { proposalView } from '../../support/dashboard-governance-fixtures.ts';
import { governance } from '../../support/dashboard-wallet-fixtures.ts';

const votes = (forWei: string, againstWei: string, abstainWei: string) => ({
  forWei,
  againstWei,
  abstainWei,
});

test('divides the votes that were cast, of which there may be none', () => {
  expect(voteShares({ votes: votes('2', '1', '0') }).map(({ thousandths }) => thousandths)).toEqual([
    666, 333, 0,
  ]);
  expect(voteShares({ votes: votes('0', '0', '0') }).map(({ thousandths }) => thousandths)).toEqual([
    0, 0, 0,
  ]);
});

test('counts as the governor: against does not help a quorum, abstaining does', () => {
  expect(quorumShare({ votes: votes('3', '9', '1'), quorumWei: '8' })).toMatchObject({
    takingPartWei: 4n,
    thousandths: 500,
    isReached: false,
  });
  expect(quorumShare({ votes: votes('9', '0', '0'), quorumWei: '8' })).toMatchObject({
    thousandths: 1000,
    isReached: true,
  });
  expect(quorumShare({ votes: votes('0', '0', '0'), quorumWei: '0' })).toMatchObject({ isReached: true });
  expect(quorumShare({ votes: votes('0', '0', '0'), quorumWei: null })).toBeNull();
});

test('reads again soon after the next moment, and else once a minute', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  const after = (...proposals: ReturnType<typeof proposalView>[]) =>
    refreshAfterMs(governance({ proposals }), now);
  expect(refreshAfterMs(undefined, now)).toBe(60_000);
  expect(after(proposalView({ state: 'executed' }))).toBe(60_000);
  expect(
    after(proposalView({ voteEnd: at(20) }), proposalView({ state: 'pending', voteStart: at(10) })),
  ).toBe(11_500);
  expect(after(proposalView({ voteEnd: at(-30) }))).toBe(3000);
  expect(after(proposalView({ state: 'queued', executableAt: at(-30) }))).toBe(60_000);
  expect(nextMoment(proposalView({ state: 'defeated' }))).toBeNull();
});
