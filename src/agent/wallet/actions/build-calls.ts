import { formatUnits, getAddress, Interface, id as keccakOfText } from 'ethers';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { WalletAction, WalletCall } from '../../../shared/wallet-transactions.ts';
import { checkEnough, parseAmount } from './amounts.ts';
import { buildGovernanceCall } from './governance-calls.ts';
import type { RewardProofs } from './reward-proofs.ts';

/** What an action comes to. */
export interface BuiltAction {
  readonly calls: readonly WalletCall[];
  /** Wei of the token that move; null: none do. */
  readonly amountWei: bigint | null;
  /** One English sentence. */
  readonly summary: string;
}

type Role = 'token' | 'rewards' | 'staking' | 'governor';

const bigintSchema = z.bigint();
const SUPPORT = { against: 0, for: 1, abstain: 2 } as const;
/** Without a signature of another's the deadline of `claimAndStake` is not looked at. */
const NO_DEADLINE = 0n;

/**
 * The calls that do what the user wants, as things are at the view's block.
 * @throws GataError `invalid-request` when that is not possible, `conflict` when there is nothing to do, or
 * `gateway-unreachable`; else as `ChainView.ask`.
 */
export async function buildCalls(
  action: WalletAction,
  account: string,
  parts: { readonly profile: NetworkProfile; readonly view: ChainView; readonly proofs: RewardProofs },
): Promise<BuiltAction> {
  const { profile, view, proofs } = parts;
  const { token, contracts } = profile;
  const text = (wei: bigint) => `${formatUnits(wei, token.decimals)} ${token.symbol}`;
  const address = (role: Role) => (role === 'token' ? token.address : contracts[role]);
  const call = (role: Role, name: string, ...values: unknown[]): WalletCall => ({
    name: `${role}.${name}`,
    to: address(role),
    data: new Interface(CONTRACT_INTERFACES[role]).encodeFunctionData(name, values),
  });
  const amount = async (role: Role, name: string, ...values: unknown[]): Promise<bigint> => {
    const [value] = await view.read(CONTRACT_INTERFACES[role], address(role), name, ...values);
    return bigintSchema.parse(value);
  };

  switch (action.kind) {
    case 'claim':
    case 'claim-and-stake': {
      const proof = await proofs.proofOf(account);
      const claimed = await amount('rewards', 'claimed', account);
      const due = BigInt(proof?.cumulative ?? 0) - claimed;
      if (proof === undefined || due <= 0n) throw new GataError('conflict', 'There is nothing to claim yet.');
      if (proof.live === false) {
        throw new GataError(
          'conflict',
          `${text(due)} waits out the time in which a mistake can be stopped. It can be claimed after that.`,
        );
      }
      const leaf = [account, BigInt(proof.cumulative), proof.proof] as const;
      return action.kind === 'claim'
        ? { calls: [call('rewards', 'claim', ...leaf)], amountWei: due, summary: `Claim ${text(due)}.` }
        : {
            calls: [call('rewards', 'claimAndStake', ...leaf, NO_DEADLINE, '0x')],
            amountWei: due,
            summary: `Claim ${text(due)} and stake it.`,
          };
    }
    case 'stake': {
      const wei = parseAmount(action.amount, token.decimals, token.symbol);
      checkEnough(wei, await amount('token', 'balanceOf', account), token);
      return {
        calls: [call('token', 'approve', contracts.staking, wei), call('staking', 'deposit', wei, account)],
        amountWei: wei,
        summary: `Stake ${text(wei)}.`,
      };
    }
    case 'unstake': {
      const shares = await amount('staking', 'balanceOf', account);
      const staked = await amount('staking', 'convertToAssets', shares);
      const isAll = action.amount === 'all';
      const wei = isAll ? staked : parseAmount(action.amount, token.decimals, token.symbol);
      checkEnough(wei, staked, token);
      if (wei === 0n) throw new GataError('conflict', 'Nothing is staked.');
      const asked = isAll ? shares : await amount('staking', 'convertToShares', wei);
      return {
        calls: [call('staking', 'requestUnstake', asked)],
        amountWei: wei,
        summary: `Unstake ${text(wei)}; it can be withdrawn when the unbonding is over.`,
      };
    }
    case 'withdraw':
      return {
        calls: [call('staking', 'withdrawUnstaked', account)],
        amountWei: null,
        summary: 'Withdraw all whose unbonding is over.',
      };
    case 'restake':
      return {
        calls: [call('staking', 'cancelUnstake', action.index)],
        amountWei: null,
        summary: `Take entry ${action.index} of the unbonding queue back into the stake.`,
      };
    case 'delegate': {
      const to = checkedAddress(action.to);
      return {
        calls: [call('staking', 'delegate', to)],
        amountWei: null,
        summary: `Let ${to} vote with your stake.`,
      };
    }
    case 'vote':
      return {
        calls: [call('governor', 'castVote', BigInt(action.proposalId), SUPPORT[action.support])],
        amountWei: null,
        summary: `Vote "${action.support}" on proposal ${action.proposalId}.`,
      };
    case 'propose-change':
    case 'queue-proposal':
    case 'execute-proposal':
      return buildGovernanceCall(action, account, { profile, view });
    case 'propose':
    case 'queue':
    case 'execute': {
      const { kind, targets, calldatas, description } = action;
      if (targets.length !== calldatas.length) {
        throw new GataError('invalid-request', 'A proposal needs one call for each target.', {
          param: 'calldatas',
        });
      }
      const values = targets.map(() => 0n);
      const what = kind === 'propose' ? description : keccakOfText(description);
      const title = description.split('\n')[0]?.slice(0, 80) ?? '';
      return {
        calls: [call('governor', kind, targets.map(checkedAddress), values, calldatas, what)],
        amountWei: null,
        summary: `${{ propose: 'Propose', queue: 'Queue', execute: 'Execute' }[kind]} "${title}".`,
      };
    }
  }
}

/** @throws GataError `invalid-request` when it is written in mixed case with a wrong checksum. */
function checkedAddress(address: string): string {
  try {
    return getAddress(address);
  } catch (cause) {
    throw new GataError('invalid-request', `${address} has a typing error: its checksum is wrong.`, {
      cause,
    });
  }
}
