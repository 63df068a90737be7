import { CallRevertedError } from '../../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { WalletCall } from '../../../shared/wallet-transactions.ts';
import { gasLimitFor } from '../transactions/fee-policy.ts';

/** For a call that can only be tried when the one before it is done. */
const FOLLOWING_CALL_GAS = 250_000n;

/**
 * The most gas that calls will take, one after the other.
 * @throws GataError `conflict` when a contract would refuse the first; else as `ChainView.ask`.
 */
export async function gasOfCalls(
  calls: readonly WalletCall[],
  from: string,
  view: ChainView,
): Promise<bigint> {
  const [first, ...following] = calls;
  if (first === undefined) return 0n;
  try {
    const estimate = await view.estimateGas({ from, to: first.to, data: first.data });
    return gasLimitFor(estimate, 0) + FOLLOWING_CALL_GAS * BigInt(following.length);
  } catch (error) {
    if (!(error instanceof CallRevertedError)) throw error;
    throw new GataError(
      'conflict',
      `The contract would refuse this now (${error.reason}). Nothing was sent.`,
      { cause: error },
    );
  }
}
