import { GataError } from '../../shared/gata-error.ts';
import { type NetworkProfile, networkProfileSchema } from '../../shared/network-profile.ts';
import { readKeyFile, readOperatorFile } from '../chain/read-operator-file.ts';
import type { ChargeTerms } from '../vouchers/choose-vouchers.ts';

export interface SettlementOptions {
  /** A network profile. */
  readonly profileFile: string;
  /** The settler's private key in hexadecimal. */
  readonly keyFile: string | undefined;
  readonly epochSeconds: number;
  /** Blocks after which a transaction counts as there for good. */
  readonly confirmations: number;
  /** Submit a root again that the guardian vetoed. */
  readonly resubmitVetoed: boolean;
  /** When buyers' vouchers are charged; absent: every hour. */
  readonly charges?: ChargeTerms | undefined;
}

export interface Settlement extends Omit<SettlementOptions, 'profileFile' | 'keyFile' | 'charges'> {
  readonly profile: NetworkProfile;
  readonly key: string;
  readonly charges: ChargeTerms;
}

const USUAL_CHARGES: ChargeTerms = { everyMs: 3_600_000, aboveWei: undefined };

/** @throws GataError `invalid-settings` that names the file. */
export async function readSettlement(options: SettlementOptions): Promise<Settlement> {
  const { profileFile, keyFile, charges, ...rest } = options;
  if (keyFile === undefined) {
    throw new GataError('invalid-settings', '--network-profile needs --settler-key-file as well.');
  }
  const profile = await readOperatorFile(profileFile, 'network profile', (text) =>
    networkProfileSchema.parse(JSON.parse(text)),
  );
  const key = await readKeyFile(keyFile, "settler's key");
  return { ...rest, profile, key, charges: charges ?? USUAL_CHARGES };
}
