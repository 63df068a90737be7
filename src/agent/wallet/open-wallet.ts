import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { Clock } from '../../shared/clock.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { NoticeBoard } from '../notice-board.ts';
import type { Confinement } from '../sandbox/mechanism-names.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { ActionDesk } from './actions/action-desk.ts';
import { gasPriceCeilingWei } from './actions/claim-worth.ts';
import { GatewayRewardProofs } from './actions/reward-proofs.ts';
import { AutoClaim } from './auto-claim/auto-claim.ts';
import { openWalletKeys } from './keys/open-wallet-keys.ts';
import type { WalletKeys } from './keys/wallet-keys.ts';
import { loadNetworkProfile } from './load-network-profile.ts';
import { openTransactions } from './open-transactions.ts';
import type { StatementSource } from './overview/statement-source.ts';
import { WalletOverviewBoard } from './overview/wallet-overview-board.ts';
import { ClaimRelayClient } from './relay/claim-relay-client.ts';
import type { TransactionEngine } from './transactions/transaction-engine.ts';

export interface OpenWalletOptions {
  readonly dataFolder: string;
  /** The folder that holds `out` with the built programs. */
  readonly programsFolder: string;
  readonly gatewayUrl: string;
  /** undefined: no network is configured. */
  readonly networkProfilePath: string | undefined;
  /** The signer's sandboxes, best first; what the platform has unless told otherwise. */
  readonly mechanisms: readonly Confinement[] | undefined;
  readonly store: SettingsStore;
  readonly notices: NoticeBoard;
  /** null: the gateway's statements are not compared. */
  readonly statements: StatementSource | null;
  /** How long an endpoint of the chain has to answer. */
  readonly rpcTimeoutMs?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the wallet does on the chain. */
interface WalletNetwork {
  readonly profile: NetworkProfile;
  readonly chain: ChainAccess;
  readonly engine: TransactionEngine;
  readonly desk: ActionDesk;
}

export interface OpenedWallet extends AsyncDisposable {
  readonly keys: WalletKeys;
  readonly overview: WalletOverviewBoard;
  /** null: no network is configured. */
  readonly network: WalletNetwork | null;
}

/**
 * The wallet, which goes on where it was.
 * @throws GataError `invalid-request` for a network profile that cannot be used, `wallet-damaged` for a journal that
 * cannot be read, `disk-full` or `data-folder-unusable`.
 */
export function openWallet(options: OpenWalletOptions): OpenedWallet {
  const { dataFolder, networkProfilePath, store, statements, clock, logger } = options;
  const opened = new AsyncDisposableStack();
  const profile = networkProfilePath === undefined ? null : loadNetworkProfile(networkProfilePath);
  const keys = opened.use(
    openWalletKeys({
      dataFolder,
      signerEntry: join(options.programsFolder, 'out', 'signer', 'main.js'),
      profile,
      settings: () => store.current.wallet,
      changeSettings: (change) => void store.update(change),
      mechanisms: options.mechanisms,
      clock,
      logger,
    }),
  );
  const onChain = profile === null ? null : openNetwork(options, profile, keys, opened);
  const network =
    onChain === null ? null : { ...onChain.network, proofs: onChain.proofs, relay: onChain.relay };
  const overview = opened.use(
    new WalletOverviewBoard({ keys, settings: store, network, statements, clock, logger }),
  );
  if (network !== null) {
    const { desk } = network;
    const autoClaim = opened.use(
      new AutoClaim({
        overview,
        desk,
        profile: network.profile,
        settings: () => store.current,
        notices: options.notices,
        clock,
        logger,
      }),
    );
    autoClaim.start();
    network.engine.start();
  }
  overview.start();
  return {
    keys,
    overview,
    network: onChain?.network ?? null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function openNetwork(
  { dataFolder, gatewayUrl, store, notices, statements, rpcTimeoutMs, clock, logger }: OpenWalletOptions,
  profile: NetworkProfile,
  keys: WalletKeys,
  opened: AsyncDisposableStack,
) {
  const proofs = new GatewayRewardProofs(gatewayUrl);
  const relay = new ClaimRelayClient(gatewayUrl);
  const limits = () => ({ gasPriceCeilingWei: gasPriceCeilingWei(store.current.wallet) });
  const { chain, engine } = opened.use(
    openTransactions({
      ...{ dataFolder, profile, signer: keys, proofs, limits, relay, clock, logger },
      ...(rpcTimeoutMs === undefined ? {} : { rpcTimeoutMs }),
    }),
  );
  engine.on('chain-replaced', (keptAs) =>
    notices.post({
      level: 'warning',
      code: 'wallet-journal-set-aside',
      message: `The chain of ${profile.name} was begun anew, so the wallet did too. What it did on the old one is kept in wallet/${keptAs}.`,
    }),
  );
  const settings = () => store.current;
  const pendingWei = () => statements?.pendingWei ?? null;
  const desk = new ActionDesk({
    ...{ profile, chain, engine, proofs, relay, keys, settings, pendingWei, clock },
  });
  return { network: { profile, chain, engine, desk }, proofs, relay };
}
