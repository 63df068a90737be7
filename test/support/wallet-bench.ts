import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { Contract, type ContractTransactionReceipt, Wallet } from 'ethers';
import { pino } from 'pino';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../contracts/deploy/deployment-plan.ts';
import { ActionDesk } from '../../src/agent/wallet/actions/action-desk.ts';
import type { RewardProofs } from '../../src/agent/wallet/actions/reward-proofs.ts';
import { openTransactions, type Transactions } from '../../src/agent/wallet/open-transactions.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import type { RewardProof } from '../../src/shared/reward-proof.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';
import type { WalletState } from '../../src/shared/wallet.ts';
import type { OperationView, WalletAction } from '../../src/shared/wallet-transactions.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { KeySigner } from './key-signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A wallet with 1000 GATA on a chain of its own. */
export interface WalletBench extends AsyncDisposable {
  readonly anvil: Anvil;
  readonly profile: NetworkProfile;
  readonly account: string;
  readonly privateKey: string;
  readonly signer: KeySigner;
  readonly proofs: RewardProofs;
  readonly dataFolder: string;
  gasPriceCeilingWei: bigint;
  contract(role: 'token' | 'rewards' | 'staking'): Contract;
  /** A live root by which the account has earned so much since the beginning. */
  earn(cumulative: bigint): Promise<void>;
  /** The agent's wallet, on whatever is in the data folder; with other endpoints if they are named. */
  open(options?: { rpcUrls?: string[]; watching?: boolean; replaceMs?: number }): OpenWallet;
}

export interface OpenWallet extends AsyncDisposable {
  readonly transactions: Transactions;
  readonly desk: ActionDesk;
  /** Plans and confirms. */
  act(action: WalletAction, signElsewhere?: boolean): Promise<string>;
  view(id: string): OperationView;
}

export async function startWalletBench(): Promise<WalletBench> {
  const opened = new AsyncDisposableStack();
  const dataFolder = opened.use(temporaryFolder()).path;
  const anvil = opened.use(await startAnvil());
  const someone = anvil.deployerAddress;
  const roles = { settler: someone, guardian: someone, verifier: someone };
  const profile = await deployNetwork(anvil.deployer, localPlan(anvil.url, anvil.chainId, roles));
  const { address: account, privateKey } = Wallet.createRandom();
  const contract = (role: 'token' | 'rewards' | 'staking') =>
    new Contract(
      role === 'token' ? profile.token.address : profile.contracts[role],
      CONTRACT_INTERFACES[role],
      anvil.deployer,
    );
  const send = async (role: 'token' | 'rewards', name: string, ...values: unknown[]) => {
    const sent = await contract(role)
      .getFunction(name)
      .send(...values);
    const receipt: ContractTransactionReceipt | null = await sent.wait();
    if (receipt?.status !== 1) throw new Error(`${name} failed.`);
  };
  await anvil.provider.send('anvil_setBalance', [account, '0x3635c9adc5dea00000']);
  await send('token', 'transfer', account, 10n ** 21n);
  await send('token', 'transfer', profile.contracts.rewards, 10n ** 22n);
  let newest: RewardProof | undefined;
  const proofs: RewardProofs = { proofOf: async () => newest };
  const signer = new KeySigner(privateKey);
  const limits = { gasPriceCeilingWei: 10n ** 12n };
  const bench: WalletBench = {
    anvil,
    profile,
    account,
    privateKey,
    signer,
    proofs,
    dataFolder,
    get gasPriceCeilingWei() {
      return limits.gasPriceCeilingWei;
    },
    set gasPriceCeilingWei(wei: bigint) {
      limits.gasPriceCeilingWei = wei;
    },
    contract,
    earn: async (cumulative) => {
      const tree = StandardMerkleTree.of([[account, cumulative]], ['address', 'uint256']);
      const epoch = (newest?.epoch ?? 0) + 1;
      await send('rewards', 'submitRoot', epoch, tree.root, cumulative);
      await anvil.pass(10);
      await send('rewards', 'makeLive');
      const proof = tree.getProof([account, cumulative]);
      newest = { epoch, cumulative: String(cumulative), proof, root: tree.root };
    },
    open: ({ rpcUrls, watching, replaceMs } = {}) => {
      const used = rpcUrls === undefined ? profile : { ...profile, rpcUrls };
      const transactions = openTransactions({
        dataFolder,
        profile: used,
        signer,
        proofs,
        limits: () => limits,
        clock: systemClock,
        logger: pino({ enabled: false }),
        pace: {
          lookMs: 20,
          sendAgainMs: 300,
          replaceMs: replaceMs ?? 60_000,
          proofMs: 60_000,
          depth: 2,
          relayMs: 60_000,
          askMs: 20,
        },
        rpcTimeoutMs: 5000,
      });
      const state: WalletState['state'] = watching === true ? 'watching' : 'unlocked';
      const keys = { state: () => ({ address: account, state, problem: null }) };
      const { chain, engine } = transactions;
      const desk = new ActionDesk({
        ...{ profile: used, chain, engine, proofs, keys, clock: systemClock },
        relay: { offer: async () => ({ offered: false, reason: 'Not here.', minimumWei: '0' }) },
        settings: () => DEFAULT_SETTINGS,
        pendingWei: () => null,
      });
      engine.start();
      return {
        transactions,
        desk,
        act: async (action, signElsewhere = false) => {
          const { confirmationId } = await desk.plan({ action, signElsewhere });
          return desk.confirm(confirmationId).id;
        },
        view: (id) => {
          const view = desk.operations().find((each) => each.id === id);
          if (view === undefined) throw new Error(`There is no operation ${id}.`);
          return view;
        },
        [Symbol.asyncDispose]: () => transactions[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
  return bench;
}
