import { type Contract, formatUnits, type JsonRpcProvider } from 'ethers';
import { effectsOf } from '../../src/agent/wallet/transactions/effects-of.ts';
import type { Operation } from '../../src/agent/wallet/transactions/operation.ts';
import { receiptSchema } from '../../src/shared/chain/rpc/chain-answers.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import type { WalletEffects } from '../../src/shared/wallet-transactions.ts';

/** Compares what the journal says with every transaction of the account on the chain, and with the contracts. */
export async function compareWithChain(
  provider: JsonRpcProvider,
  parts: {
    readonly account: string;
    /** Who sends the gateway's claims. */
    readonly relayAddress: string;
    readonly profile: NetworkProfile;
    readonly startingGata: bigint;
    readonly token: Contract;
    readonly rewards: Contract;
    readonly governor: Contract;
  },
  operations: readonly Operation[],
): Promise<string[]> {
  const { account, relayAddress, profile, startingGata, token, rewards, governor } = parts;
  const violations: string[] = [];
  const onChain = new Map<string, boolean>();
  /** By hash, what the gateway's transactions did for the account. */
  const relayed = new Map<string, WalletEffects>();
  const head = await provider.getBlockNumber();
  let parent: string | null = null;
  for (let height = 0; height <= head; height += 1) {
    const block = await provider.getBlock(height, true);
    if (height > 0 && block?.parentHash !== parent) violations.push(`The test chain is broken at ${height}.`);
    parent = block?.hash ?? null;
    for (const transaction of block?.prefetchedTransactions ?? []) {
      const { from, hash } = transaction;
      if (from !== account && from !== relayAddress) continue;
      const receipt = receiptSchema.parse(await provider.send('eth_getTransactionReceipt', [hash]));
      if (from === account) onChain.set(hash, receipt.status === 1);
      else if (receipt.status === 1) relayed.set(hash, effectsOf(receipt, account, profile));
    }
  }
  const attempts = operations.flatMap((operation) => operation.attempts);
  for (const hash of onChain.keys()) {
    if (!attempts.some((attempt) => attempt.hash === hash)) violations.push(`${hash} is not in the journal.`);
  }
  const nonces = new Set(attempts.map(({ nonce }) => nonce));
  if (nonces.size !== onChain.size) violations.push(`${nonces.size} nonces, ${onChain.size} transactions.`);
  let [claimed, staked, withdrawn] = [0n, 0n, 0n];
  for (const { claimedWei, stakedWei } of relayed.values()) {
    claimed += BigInt(claimedWei);
    staked += BigInt(stakedWei);
  }
  for (const { id, action, calls, attempts: own, ended, relay } of operations) {
    const isSaidDone = ended?.outcome === 'done' && ended.detail === null;
    const { settled } = relay;
    if (settled !== null && settled.hash !== null) {
      const really = relayed.get(settled.hash)?.claimedWei;
      if (really !== settled.effects.claimedWei)
        violations.push(
          `${action.kind} ${id} was relayed with ${really}, not ${settled.effects.claimedWei}.`,
        );
    } else if (relay.asked.length > 0 && isSaidDone) {
      violations.push(`${action.kind} ${id} is said to be relayed, by no transaction.`);
    }
    if (relay.asked.length > 0) continue;
    for (const index of calls.keys()) {
      const done = own.filter(
        (each) => each.call === index && each.purpose === 'call' && onChain.get(each.hash) === true,
      ).length;
      const isLast = index === calls.length - 1;
      // Those before the last only prepare it.
      if (done > 1 && isLast) violations.push(`${action.kind} ${id} was done ${done} times.`);
      if (isSaidDone && done === 0) violations.push(`${action.kind} ${id} is said to be done and is not.`);
      if (!isSaidDone && isLast && done > 0)
        violations.push(`${action.kind} ${id} was done and is said not to be.`);
    }
    for (const { mined, hash } of own) {
      if (mined === null) continue;
      if (onChain.get(hash) !== mined.succeeded)
        violations.push(`${hash} is not on the chain as the journal says.`);
      claimed += BigInt(mined.effects.claimedWei);
      staked += BigInt(mined.effects.stakedWei);
      withdrawn += BigInt(mined.effects.withdrawnWei);
    }
    if (action.kind === 'vote' && ended?.outcome === 'done') {
      const hasVoted = await governor.getFunction('hasVoted').staticCall(action.proposalId, account);
      if (hasVoted !== true) violations.push(`The vote on ${action.proposalId} is missing.`);
    }
  }
  const paid: bigint = await rewards.getFunction('claimed').staticCall(account);
  if (claimed !== paid)
    violations.push(`Claimed ${formatUnits(paid)}, the journal says ${formatUnits(claimed)}.`);
  const balance: bigint = await token.getFunction('balanceOf').staticCall(account);
  const expected = startingGata + claimed - staked + withdrawn;
  if (balance !== expected)
    violations.push(`There are ${formatUnits(balance)}, the journal says ${formatUnits(expected)}.`);
  return violations;
}
