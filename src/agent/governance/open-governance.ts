import type { OpenedWallet } from '../wallet/open-wallet.ts';
import { GovernanceReader } from './governance-reader.ts';

/** What the stakers decide, as the wallet's account sees it; null: no network is configured. */
export function openGovernance({
  keys,
  network,
}: Pick<OpenedWallet, 'keys' | 'network'>): GovernanceReader | null {
  if (network === null) return null;
  const { profile, desk, engine } = network;
  return new GovernanceReader({
    profile,
    look: () => desk.look(),
    account: () => keys.state().address,
    operations: () => engine.operations,
  });
}
