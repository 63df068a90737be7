import type { ProposalView } from '../../src/shared/governance.ts';
import { ACCOUNT, gata } from './dashboard-wallet-fixtures.ts';

const STRANGER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const PARAMETERS = `0x${'22'.repeat(20)}`;
const MINUTE_MS = 60_000;

/** So many minutes from now. */
function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * MINUTE_MS).toISOString();
}

/** A proposal that is being voted on, unless told otherwise. */
export function proposalView(change: Partial<ProposalView> = {}): ProposalView {
  return {
    id: '79412',
    state: 'active',
    proposer: STRANGER,
    title: 'More for the nodes',
    description: '# More for the nodes\n\n<b>They</b> do the work: 85% is fair.\nhttps://example.org/why',
    actions: [
      {
        target: PARAMETERS,
        role: 'parameters',
        sentence: 'Split what buyers pay: 85% to nodes, 5% to the protocol, 10% to stakers.',
        data: `0x1234abcd${'00'.repeat(96)}`,
      },
    ],
    voteStart: inMinutes(-1440),
    voteEnd: inMinutes(2 * 1440 + 190),
    executableAt: null,
    votes: { againstWei: gata(2_400), forWei: gata(21_600), abstainWei: gata(1_000) },
    quorumWei: gata(40_000),
    hasVoted: false,
    ownVote: null,
    powerWei: gata(500),
    ...change,
  };
}

/** One in each state that there is something to see of. */
export function someProposals(): ProposalView[] {
  return [
    proposalView(),
    proposalView({
      id: '5',
      state: 'pending',
      title: 'Admit video models',
      description: 'Admit video models',
      proposer: ACCOUNT,
      voteStart: inMinutes(90),
      voteEnd: inMinutes(90 + 5 * 1440),
      votes: { againstWei: '0', forWei: '0', abstainWei: '0' },
      quorumWei: null,
      powerWei: null,
      actions: [
        {
          target: PARAMETERS,
          role: 'models',
          sentence: 'Admit models of the kind "video.generate", whose work counts 2.5 times for rewards.',
          data: '0x55',
        },
      ],
    }),
    proposalView({
      id: '4',
      state: 'succeeded',
      title: 'Pay readiness better',
      voteEnd: inMinutes(-20),
      votes: { againstWei: gata(2_400), forWei: gata(61_600), abstainWei: gata(1_000) },
      hasVoted: true,
      ownVote: 'for',
    }),
    proposalView({
      id: '3',
      state: 'queued',
      title: 'Replace the staking contract',
      voteEnd: inMinutes(-3000),
      executableAt: inMinutes(-1),
      votes: { againstWei: '0', forWei: gata(90_000), abstainWei: '0' },
      actions: [{ target: STRANGER, role: null, sentence: null, data: '0xdeadbeef' }],
    }),
    proposalView({
      id: '2',
      state: 'executed',
      title: 'Lower the protocol’s share',
      voteEnd: inMinutes(-20_000),
      hasVoted: true,
      ownVote: 'against',
      votes: { againstWei: gata(500), forWei: gata(90_000), abstainWei: '0' },
    }),
  ];
}
