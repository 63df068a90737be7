// `npm run catalogue -- init|sign|rotate|revoke|refresh|show`: the operator's tool for the signed model catalogue.
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import {
  CatalogueOffice,
  type CatalogueOfficeOptions,
  type CatalogueReport,
} from '../src/gateway/catalogue/catalogue-office.ts';
import { KeySafe } from '../src/gateway/catalogue/key-safe.ts';
import { PublishedCatalogue } from '../src/gateway/catalogue/published-catalogue.ts';
import { keyIdOf } from '../src/shared/catalogue-document.ts';
import { CatalogueFault } from '../src/shared/catalogue-fault.ts';
import { systemClock } from '../src/shared/clock.ts';
import { GataError } from '../src/shared/gata-error.ts';

const PASSPHRASE_VARIABLE = 'GATA_CATALOGUE_PASSPHRASE';

const program = new Command('catalogue')
  .description(
    'Makes, signs and revokes entries of the model catalogue. docs/model-catalogue.md explains it.',
  )
  .option('--keys <folder>', 'the private keys; keep them off the gateway', 'catalogue-keys')
  .option('--catalogue <folder>', 'what is published; the gateway serves it with --catalogue', 'catalogue')
  .option('--key-days <days>', 'how long new catalogue keys may sign', days)
  .option('--overlap-days <days>', 'how long a replaced key stays good', days)
  .option('--revocation-days <days>', 'how long a revocation list is fresh, at most 31', days)
  .addHelpText('after', `\nKeys are encrypted with ${PASSPHRASE_VARIABLE} where it is set.`)
  .exitOverride();

program
  .command('init')
  .description('make a root key, catalogue keys and the first lists; prints the public root key')
  .action(async () => print(await office().init()));
program
  .command('sign')
  .description('sign the bundles in these folders')
  .argument('<folders...>')
  .option('--expires-days <days>', 'the entry is good for this long (default: until it is revoked)', days)
  .option('--minimum-admission <version>', "the oldest version of nodes' admission rules", wholeNumber)
  .action(async (folders: string[], options: { expiresDays?: number; minimumAdmission?: number }) => {
    for (const entry of await office().sign(folders, options)) {
      print(`${entry.digest}  ${entry.modelId} ${entry.modelVersion}`);
    }
  });
program
  .command('rotate')
  .description('put a new key in the place of the present one: models, revocations, providers or root')
  .argument('<role>')
  .action(async (role: string) => {
    if (role === 'root') print(`new root ${await office().rotateRoot()}`);
    else if (role === 'models' || role === 'revocations' || role === 'providers') {
      print(`new key ${await office().rotate(role)}`);
    } else throw new GataError('invalid-request', 'Name the role: models, revocations, providers or root.');
  });
const revoke = program.command('revoke').description('revoke a model or a catalogue key');
revoke
  .command('model')
  .description('nodes remove it and stop its workers')
  .argument('<digest>')
  .requiredOption('--reason <text>', 'shown to the users')
  .action(async (digest: string, { reason }: { reason: string }) => {
    await office().revokeModel(digest, reason);
    print(`revoked ${digest}`);
  });
revoke
  .command('key')
  .description('voids all that it signed and makes a new one; sign again what is good')
  .argument('<key id>')
  .requiredOption('--reason <text>', 'shown to the users')
  .action(async (keyId: string, { reason }: { reason: string }) => {
    print(`revoked ${keyId}; new key ${await office().revokeKey(keyId, reason)}`);
  });
program
  .command('refresh')
  .description('publish the revocations with new dates when half of their time is over; run it daily')
  .action(async () => print((await office().refresh()) ? 'refreshed' : 'fresh enough'));
program
  .command('show')
  .description('what is published')
  .action(async () => print(reportText(await office().report())));

for (const command of [...program.commands, ...revoke.commands]) command.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function office(): CatalogueOffice {
  const options = program.opts<{
    keys: string;
    catalogue: string;
    keyDays?: number;
    overlapDays?: number;
    revocationDays?: number;
  }>();
  const passphrase = process.env[PASSPHRASE_VARIABLE] || undefined;
  const periods: Pick<CatalogueOfficeOptions, 'keyDays' | 'overlapDays' | 'revocationDays'> = options;
  return new CatalogueOffice({
    ...periods,
    keys: new KeySafe(path.resolve(options.keys), passphrase),
    published: new PublishedCatalogue(path.resolve(options.catalogue)),
    clock: systemClock,
  });
}

function reportText({ list, revocations, isFresh, entries }: CatalogueReport): string {
  return [
    `key list ${list.sequence} of ${list.issuedAt}`,
    ...list.roots.map((root) => `  root ${root}`),
    ...list.keys.map(
      (key) => `  ${key.role} ${keyIdOf(key.publicKey)}  ${key.validFrom} to ${key.validUntil}`,
    ),
    `revocation list ${revocations.sequence}, ${isFresh ? 'fresh until' : 'STALE since'} ${revocations.expiresAt}`,
    ...revocations.models.map(({ digest, reason }) => `  model ${digest}: ${reason}`),
    ...revocations.keys.map(({ keyId, reason }) => `  key ${keyId}: ${reason}`),
    `${entries.length} entries`,
    ...entries.map(
      (entry) =>
        `  ${entry.digest}  ${entry.modelId} ${entry.modelVersion}  ${entry.issuedAt} to ${entry.expiresAt ?? 'its revocation'}`,
    ),
  ].join('\n');
}

function days(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 36_500)) throw new InvalidArgumentError('must be a number of days above 0');
  return value;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says what went wrong and returns the exit code. */
function report(error: unknown): number {
  // Commander has printed it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode;
  const known = error instanceof GataError || error instanceof CatalogueFault;
  const text = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`error: ${known ? `${error.message} (${error.code})` : text}\n`);
  return 1;
}
