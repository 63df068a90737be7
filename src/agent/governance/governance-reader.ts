import { ZeroAddress } from 'ethers';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import { CallRevertedError } from '../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import { votesInWei } from '../../shared/chain/votes-in-wei.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  type Governance,
  PROPOSALS_LIMIT,
  type ProposalState,
  type ProposalView,
} from '../../shared/governance.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { Operation } from '../wallet/transactions/operation.ts';
import { viewProposal } from './proposal-summary.ts';
import { readParameters } from './read-parameters.ts';

/** Proposals that are asked for at the same time. */
const AT_ONCE = 10;
/** Blocks after which what has ended is not asked for again. */
const FINAL_DEPTH = 15;
const ENDED: readonly ProposalState[] = ['cancelled', 'defeated', 'expired', 'executed'];

export interface GovernanceReaderParts {
  readonly profile: NetworkProfile;
  readonly look: () => Promise<ChainView>;
  /** Whose votes are told; null: nobody's. */
  readonly account: () => string | null;
  /** The wallet's journal. */
  readonly operations: () => readonly Operation[];
}

interface EndedProposal {
  readonly view: ProposalView;
  /** The block at which it was first seen as it is. */
  readonly seenAt: number;
}

/** What the stakers decide, as the chain has it at one block. */
export class GovernanceReader {
  readonly #parts: GovernanceReaderParts;
  /** By account and place in the order of proposals. */
  readonly #ended = new Map<string, EndedProposal>();
  #reading: Promise<Governance> | undefined;

  constructor(parts: GovernanceReaderParts) {
    this.#parts = parts;
  }

  /**
   * Who asks while it is being read gets the same answer. It takes a dozen calls, and one more for each of the newest
   * fifty proposals that has not ended.
   * @throws GataError `conflict` when the governor keeps no proposals; else as `ChainView.ask`.
   */
  read(): Promise<Governance> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<Governance> {
    const { profile, look } = this.#parts;
    const account = this.#parts.account();
    const view = await look();
    const number = async (role: 'governor' | 'staking' | 'timelock', name: string, ...values: unknown[]) => {
      const [value] = await view.read(CONTRACT_INTERFACES[role], profile.contracts[role], name, ...values);
      return z.bigint().parse(value);
    };
    const ofAccount = (name: string) =>
      account === null ? Promise.resolve(0n) : number('staking', name, account);
    const [count, threshold, delay, period, timelock, staked, votes, delegate, parameters] =
      await Promise.all([
        number('governor', 'proposalCount').catch(explainOtherGovernor),
        number('governor', 'proposalThreshold'),
        number('governor', 'votingDelay'),
        number('governor', 'votingPeriod'),
        number('timelock', 'getMinDelay'),
        ofAccount('stakeOf'),
        ofAccount('getVotes'),
        this.#delegateOf(view, account),
        readParameters(view, profile),
      ]);
    const proposals = await this.#proposals(view, Number(count), account);
    return {
      block: view.height,
      token: { symbol: profile.token.symbol, decimals: profile.token.decimals },
      account,
      stakedWei: String(staked),
      votesWei: votesInWei(votes),
      delegate,
      proposalThresholdWei: votesInWei(threshold),
      votingDelaySeconds: Number(delay),
      votingPeriodSeconds: Number(period),
      timelockSeconds: Number(timelock),
      parameters,
      proposals,
      more: Number(count) > proposals.length,
    };
  }

  async #delegateOf(view: ChainView, account: string | null): Promise<string | null> {
    if (account === null) return null;
    const { staking } = this.#parts.profile.contracts;
    const [value] = await view.read(CONTRACT_INTERFACES.staking, staking, 'delegates', account);
    const delegate = z.string().parse(value);
    return delegate === ZeroAddress ? null : delegate;
  }

  /** Newest first. */
  async #proposals(view: ChainView, count: number, account: string | null): Promise<ProposalView[]> {
    const indices = Array.from({ length: Math.min(count, PROPOSALS_LIMIT) }, (_, age) => count - 1 - age);
    const proposals: ProposalView[] = [];
    for (let start = 0; start < indices.length; start += AT_ONCE) {
      const some = indices.slice(start, start + AT_ONCE);
      proposals.push(...(await Promise.all(some.map((index) => this.#proposal(view, index, account)))));
    }
    return proposals;
  }

  async #proposal(view: ChainView, index: number, account: string | null): Promise<ProposalView> {
    const key = `${account} ${index}`;
    const known = this.#ended.get(key);
    if (known !== undefined && view.height >= known.seenAt + FINAL_DEPTH)
      return this.#withOwnVote(known.view);
    const { profile } = this.#parts;
    const { governor } = profile.contracts;
    const abi = CONTRACT_INTERFACES.governor;
    const summary = await view.read(abi, governor, 'summaryAt', index, account ?? ZeroAddress);
    const proposal = this.#withOwnVote(viewProposal(summary, account, null, profile));
    if (!ENDED.includes(proposal.state)) this.#ended.delete(key);
    else if (known?.view.id !== proposal.id || known.view.state !== proposal.state)
      this.#ended.set(key, { view: proposal, seenAt: view.height });
    return proposal;
  }

  #withOwnVote(proposal: ProposalView): ProposalView {
    const account = this.#parts.account();
    for (const operation of this.#parts.operations().toReversed()) {
      const { action, attempts } = operation;
      if (operation.account !== account || action.kind !== 'vote' || action.proposalId !== proposal.id)
        continue;
      const isCast = attempts.some(({ purpose, mined }) => purpose === 'call' && mined?.succeeded === true);
      if (isCast) return { ...proposal, ownVote: action.support };
    }
    return proposal;
  }
}

function explainOtherGovernor(error: unknown): never {
  if (!(error instanceof CallRevertedError)) throw error;
  throw new GataError(
    'conflict',
    'The governor of this network does not keep its proposals on the chain, so they cannot be shown.',
    { cause: error },
  );
}
