import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings, SettingsChange } from '../../../shared/settings.ts';
import { DEFAULT_FEE_CEILING_WEI } from '../../../shared/signer-protocol.ts';
import type { Confinement } from '../../sandbox/mechanism-names.ts';
import { SignerProcess } from '../signer/signer-process.ts';
import { PasswordAttempts } from './password-attempts.ts';
import { WalletFile } from './wallet-file.ts';
import { WalletKeys } from './wallet-keys.ts';

export interface WalletKeysOptions {
  readonly dataFolder: string;
  /** `out/signer/main.js`. */
  readonly signerEntry: string;
  /** Null: no network is configured. */
  readonly profile: NetworkProfile | null;
  readonly settings: () => Settings['wallet'];
  readonly changeSettings: (change: SettingsChange) => void;
  /** The signer's sandboxes, best first; what the platform has unless told otherwise. */
  readonly mechanisms?: readonly Confinement[] | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The wallet's keys over the files in the data folder; no signer runs before it is needed. */
export function openWalletKeys(options: WalletKeysOptions): WalletKeys {
  const { dataFolder, signerEntry, profile, settings, changeSettings, mechanisms, clock, logger } = options;
  return new WalletKeys({
    file: new WalletFile(dataFolder, clock),
    attempts: new PasswordAttempts(join(dataFolder, 'wallet-attempts.json'), clock),
    startSigner: () =>
      SignerProcess.start({
        program: { nodePath: process.execPath, entryPath: signerEntry },
        message: { type: 'start', profile, feeCeilingWei: DEFAULT_FEE_CEILING_WEI },
        mechanisms,
        logger,
      }),
    profile,
    settings,
    changeSettings,
    clock,
    logger,
  });
}
