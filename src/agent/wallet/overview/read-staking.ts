import { ZeroAddress } from 'ethers';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import { votesInWei } from '../../../shared/chain/votes-in-wei.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { StakingView } from '../../../shared/wallet-overview.ts';
import { readHeldRewards, readRewardPace } from './read-reward-pace.ts';
import { rewardsLastSeconds, yearlyReturn } from './reward-pace.ts';

const amountSchema = z.tuple([z.bigint()]);
const addressSchema = z.tuple([z.string()]);
const queueSchema = z.tuple([z.array(z.tuple([z.bigint(), z.bigint()]))]);
/** Unbonding, slash delay, reward duration, reward per day. */
const termsSchema = z.tuple([z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint()])]);

/** What an account has staked, at the view's block. @throws GataError as `ChainView.ask`. */
export async function readStaking(
  view: ChainView,
  account: string,
  { contracts }: NetworkProfile,
): Promise<StakingView> {
  const read = (name: string, ...values: unknown[]) =>
    view.read(CONTRACT_INTERFACES.staking, contracts.staking, name, ...values);
  const amount = async (name: string, ...values: unknown[]): Promise<bigint> =>
    amountSchema.parse(await read(name, ...values))[0];
  const [shares, total, stakeWei, held, tier, votes, queue, delegate, terms, rewards, { timestamp }] =
    await Promise.all([
      amount('balanceOf', account),
      amount('totalAssets'),
      amount('stakeOf', account),
      amount('heldForSlash', account),
      amount('tierOf', account),
      amount('getVotes', account),
      read('queueOf', account).then((values) => queueSchema.parse(values)[0]),
      read('delegates', account).then((values) => addressSchema.parse(values)[0]),
      read('terms').then((values) => termsSchema.parse(values)[0]),
      readHeldRewards(view, contracts.staking, view.height),
      view.block(view.height),
    ]);
  const [staked, pace] = await Promise.all([
    amount('convertToAssets', shares),
    readRewardPace(view, contracts.staking, rewards),
  ]);
  const unbonding = queue.map(([assets, releasedAt], index) => ({
    index,
    assetsWei: String(assets),
    releasedAt: new Date(Number(releasedAt) * 1000).toISOString(),
    released: Number(releasedAt) <= timestamp,
  }));
  return {
    stakedWei: String(staked),
    totalStakedWei: String(total),
    unbonding,
    withdrawableWei: String(withdrawable(unbonding, stakeWei, held)),
    heldForSlashWei: String(held),
    tier: Number(tier),
    votesWei: votesInWei(votes),
    delegate: delegate === ZeroAddress ? null : delegate,
    unbondingSeconds: Number(terms[0]),
    yearlyReturn: yearlyReturn(pace, total),
    rewardsLastSeconds: rewardsLastSeconds(pace, rewards),
  };
}

/**
 * Pure. Of the queue, what a withdrawal would pay now, in wei of the token: all that is released, or nothing when
 * less than what is held for a slash would stay behind, as `GataStaking.withdrawUnstaked` has it.
 * @param stakeWei stake and queue together.
 */
export function withdrawable(
  unbonding: readonly { readonly assetsWei: string; readonly released: boolean }[],
  stakeWei: bigint,
  heldWei: bigint,
): bigint {
  const released = unbonding.reduce((sum, each) => sum + (each.released ? BigInt(each.assetsWei) : 0n), 0n);
  return stakeWei - released < heldWei ? 0n : released;
}
