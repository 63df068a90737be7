import { Interface } from 'ethers/abi';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../contract-interfaces.ts';
import type { RpcAnswer } from './rpc-endpoint.ts';

/** Errors of the contracts that a user can run into and that are not in the shared interfaces. */
const MORE_ERRORS = [
  'error QueueIsFull()',
  'error NothingReleased()',
  'error NoSuchEntry(uint256 index)',
  'error HeldForSlash(uint256 assets)',
  'error ZeroAmount()',
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expectedStates)',
  'error GovernorAlreadyCastVote(address voter)',
  'error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold)',
  'error GovernorNonexistentProposal(uint256 proposalId)',
  'error Error(string reason)',
] as const;

const errors = new Interface([
  ...Object.values(CONTRACT_INTERFACES)
    .flat()
    .filter((line) => line.startsWith('error ')),
  ...MORE_ERRORS,
]);

/** A contract refuses a call; `reason` is the name of its error, or its data. */
export class CallRevertedError extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`The contract refuses: ${reason}.`);
    this.name = 'CallRevertedError';
    this.reason = reason;
  }
}

export function isRevert(answer: RpcAnswer): boolean {
  // 3 is geth's code of a revert; others say it in words.
  return 'error' in answer && (answer.error.code === 3 || /revert/i.test(answer.error.message));
}

/** The name of the contract's error, such as `NotInRoot`. */
export function revertOf(answer: RpcAnswer | undefined): string {
  if (answer === undefined || !('error' in answer)) return 'unknown';
  const data = z
    .string()
    .regex(/^0x[0-9a-fA-F]{8,}$/)
    .safeParse(answer.error.data);
  if (!data.success) return answer.error.message;
  const error = errors.parseError(data.data);
  if (error === null) return data.data.slice(0, 10);
  return error.name === 'Error' ? String(error.args[0]) : error.name;
}
