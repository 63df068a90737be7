import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { WalletLedger } from '../../../shared/wallet-transactions.ts';
import type { Operation } from '../transactions/operation.ts';
import { type GatewayWord, walletLedger } from './wallet-ledger.ts';

/** Where what was earned is, at the view's block. @throws GataError as `ChainView.ask`. */
export async function readLedger(
  view: ChainView,
  account: string,
  parts: {
    readonly profile: NetworkProfile;
    readonly word: GatewayWord;
    readonly operations: readonly Operation[];
  },
): Promise<WalletLedger> {
  const { token, contracts } = parts.profile;
  const amount = async (role: 'token' | 'rewards' | 'staking', name: string): Promise<bigint> => {
    const to = role === 'token' ? token.address : contracts[role];
    const [value] = await view.read(CONTRACT_INTERFACES[role], to, name, account);
    return z.bigint().parse(value);
  };
  const [claimedWei, walletWei, stakeWei, sent] = await Promise.all([
    amount('rewards', 'claimed'),
    amount('token', 'balanceOf'),
    amount('staking', 'stakeOf'),
    view.transactionCount(account),
  ]);
  const balances = { block: view.height, claimedWei, walletWei, stakeWei, transactionCount: sent.value };
  return walletLedger(account, balances, parts.word, parts.operations);
}
