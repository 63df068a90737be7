import { Interface } from 'ethers';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import { hexDataSchema } from '../../../shared/chain/rpc/chain-answers.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import { type HeldRewards, type RewardPace, rewardPace } from './reward-pace.ts';

/** Blocks to look back. Nodes keep the state of the last 128; the fewer, the seldomer a reward came in between. */
const BLOCKS_BACK = [1, 4, 16] as const;

const staking = new Interface(CONTRACT_INTERFACES.staking);
const pendingSchema = z.tuple([z.bigint(), z.bigint()]);

/** What the staking contract held for stakers at a block. @throws as `ChainView.ask`. */
export async function readHeldRewards(
  view: ChainView,
  stakingAddress: string,
  height: number,
): Promise<HeldRewards> {
  const data = staking.encodeFunctionData('pendingRewards');
  const parameters = [{ to: stakingAddress, data }, `0x${height.toString(16)}`];
  const [{ value }, { timestamp }] = await Promise.all([
    view.ask('eth_call', parameters, hexDataSchema),
    view.block(height),
  ]);
  const decoded = staking.decodeFunctionResult('pendingRewards', value).toArray();
  const [inStream, inReserve] = pendingSchema.parse(decoded);
  return { timestamp, inStream, inReserve };
}

/**
 * How fast rewards are being paid out, measured over the nearest blocks before the view's that tell.
 * @returns null when nothing is paid out, or the endpoints do not have what was before.
 */
export async function readRewardPace(
  view: ChainView,
  stakingAddress: string,
  now: HeldRewards,
): Promise<RewardPace | null> {
  if (now.inStream === 0n) return null;
  let after = now;
  for (const back of BLOCKS_BACK) {
    if (back > view.height) return null;
    let before: HeldRewards;
    try {
      before = await readHeldRewards(view, stakingAddress, view.height - back);
    } catch {
      // The return is not worth failing for: that of a contract that is new, or of a node that forgets fast.
      return null;
    }
    const pace = rewardPace(before, after);
    if (pace !== null) return pace;
    after = before;
  }
  return null;
}
