import { computeAddress } from 'ethers/transaction';
import { GataError } from '../../shared/gata-error.ts';
import { readKeyFile } from '../chain/read-operator-file.ts';
import type { Settlement } from '../settle/settlement-options.ts';

/** What the operator lets relayed claims cost. */
export interface RelayLimits {
  /** Claims of less are not sent, in wei of the token. */
  readonly minimumWei: bigint;
  readonly claimsPerAccountAndDay: number;
  /** Fees of all claims in twenty-four hours, in wei of the chain's coin. */
  readonly gasPerDayWei: bigint;
  /** For a unit of gas, in wei of the chain's coin. */
  readonly gasPriceCeilingWei: bigint;
}

export interface RelayOptions extends RelayLimits {
  /** The private key, in hexadecimal, of the account that pays; never the settler's. */
  readonly keyFile: string;
}

export interface Relay {
  readonly key: string;
  readonly limits: RelayLimits;
}

/** @throws GataError `invalid-settings` without a settlement, for an unusable file, and for the settler's own key. */
export async function readRelay(options: RelayOptions, settlement: Settlement | undefined): Promise<Relay> {
  if (settlement === undefined) {
    throw new GataError('invalid-settings', '--relay-key-file needs --network-profile as well.');
  }
  const { keyFile, ...limits } = options;
  const key = await readKeyFile(keyFile, "relay's key");
  if (computeAddress(key) !== computeAddress(settlement.key)) return { key, limits };
  throw new GataError(
    'invalid-settings',
    `The relay's key in ${keyFile} is the settler's. Give the relay an account of its own: both number their transactions.`,
  );
}
