import { Interface } from 'ethers';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { Receipt } from '../../../shared/chain/rpc/chain-answers.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { WalletEffects } from '../../../shared/wallet-transactions.ts';

const token = new Interface(CONTRACT_INTERFACES.token);
const rewards = new Interface(CONTRACT_INTERFACES.rewards);

/** What a transaction did to the account's GATA, from the logs of its receipt. */
export function effectsOf(receipt: Receipt, account: string, profile: NetworkProfile): WalletEffects {
  const is = (address: unknown, other: string) => String(address).toLowerCase() === other.toLowerCase();
  let claimed = 0n;
  let staked = 0n;
  let withdrawn = 0n;
  for (const log of receipt.logs) {
    if (is(log.address, profile.contracts.rewards)) {
      const event = rewards.parseLog(log);
      if (event?.name === 'Claimed' && is(event.args.account, account)) claimed += BigInt(event.args.amount);
    }
    if (!is(log.address, profile.token.address)) continue;
    const event = token.parseLog(log);
    if (event?.name !== 'Transfer') continue;
    const { from, to, value } = event.args;
    if (is(to, profile.contracts.staking)) staked += BigInt(value);
    if (is(from, profile.contracts.staking) && is(to, account)) withdrawn += BigInt(value);
  }
  return { claimedWei: String(claimed), stakedWei: String(staked), withdrawnWei: String(withdrawn) };
}
