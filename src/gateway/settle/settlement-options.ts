import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import { type NetworkProfile, networkProfileSchema } from '../../shared/network-profile.ts';

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
}

export interface Settlement extends Omit<SettlementOptions, 'profileFile' | 'keyFile'> {
  readonly profile: NetworkProfile;
  readonly key: string;
}

const keySchema = z
  .string()
  .trim()
  .regex(/^(0x)?[0-9a-fA-F]{64}$/)
  .transform((key) => (key.startsWith('0x') ? key : `0x${key}`));

/** @throws GataError `invalid-settings` that names the file. */
export async function readSettlement(options: SettlementOptions): Promise<Settlement> {
  const { profileFile, keyFile, ...rest } = options;
  if (keyFile === undefined) {
    throw new GataError('invalid-settings', '--network-profile needs --settler-key-file as well.');
  }
  const profile = await read(profileFile, 'network profile', (text) =>
    networkProfileSchema.parse(JSON.parse(text)),
  );
  const key = await read(keyFile, "settler's key", (text) => keySchema.parse(text));
  return { ...rest, profile, key };
}

async function read<Value>(file: string, what: string, parse: (text: string) => Value): Promise<Value> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GataError('invalid-settings', `The ${what} in ${file} cannot be read.`, { cause });
  }
  try {
    return parse(text);
  } catch (error) {
    // A key must not get into a log, so nothing of what was read is repeated.
    const fields = error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')) : [];
    const where = fields.filter((field) => field !== '').join(', ');
    throw new GataError('invalid-settings', `The ${what} in ${file} is not valid${where && `: ${where}`}.`);
  }
}
