import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import { sealSignerSecret } from '../../../shared/seal-signer-secret.ts';
import { createBoxKeys, type SealedBox, unseal } from '../../../shared/sealed-box.ts';
import { type SIGNER_SECRETS, type SignerPurpose, WORDS_PURPOSE } from '../../../shared/signer-protocol.ts';
import {
  createdWordsSchema,
  exportedWalletSchema,
  forgottenWalletSchema,
  walletKeySchema,
  walletStateSchema,
} from '../../../shared/wallet.ts';
import { walletOverviewSchema } from '../../../shared/wallet-overview.ts';
import { contextOf } from '../command-context.ts';
import type { LocalClient } from '../local-client.ts';
import { readAnswers, readNewSecret, readSecret, readSecretFile } from '../secret-input.ts';
import { walletOverviewText } from '../wallet-overview-text.ts';
import { walletText, wordsText } from '../wallet-text.ts';
import { receiptsCommand } from './receipts.ts';
import { walletActionCommands } from './wallet-actions.ts';

const PASSWORD_FILE = '--password-file <file>';
const PASSWORD_FILE_TEXT = 'the first line of this file, instead of asking';

export function walletCommand(): Command {
  const wallet = new Command('wallet')
    .description('the wallet and the payout address')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const overview = await client.get('/v1/wallet/overview', walletOverviewSchema);
      print(overview, () => walletOverviewText(overview));
    });
  const commands = [
    watchCommand(),
    createCommand(),
    importCommand(),
    unlockCommand(),
    lockCommand(),
    changePasswordCommand(),
    exportCommand(),
    forgetCommand(),
    receiptsCommand(),
    ...walletActionCommands(),
  ];
  for (const command of commands) wallet.addCommand(command);
  return wallet;
}

function watchCommand(): Command {
  return new Command('watch')
    .description('earn to this address; its key stays where it is')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const body = { address };
      const state = await client.send('PUT', '/v1/wallet/payout-address', walletStateSchema, body);
      print(state, () => walletText(state));
    });
}

function createCommand(): Command {
  return new Command('create')
    .description('make a wallet: shows its words once, and asks for three of them')
    .option('--words <count>', '12 or 24', '12')
    .option(PASSWORD_FILE, PASSWORD_FILE_TEXT)
    .action(async (options: { words: string; passwordFile?: string }, command: Command) => {
      const { client, print } = contextOf(command);
      const words = options.words === '24' ? 24 : 12;
      if (String(words) !== options.words) throw new GataError('invalid-request', '--words takes 12 or 24.');
      const password = await readNewSecret('Password for the new wallet', options.passwordFile);
      const screen = await createBoxKeys();
      const box = await sealed(client, 'create', { password, words, replyTo: screen.publicKey });
      const created = await client.send('POST', '/v1/wallet/create', createdWordsSchema, { box });
      const phrase = new TextDecoder().decode(await unseal(created.words, screen, WORDS_PURPOSE)).split(' ');
      const { address, positions } = created;
      print({ address, words: phrase, positions }, () => wordsText(phrase, created));
      const answers = await readAnswers(positions.map((position) => `Word ${position}`));
      const confirmation = { box: await sealed(client, 'confirm-words', { words: answers }) };
      const state = await client.send('POST', '/v1/wallet/confirm-words', walletStateSchema, confirmation);
      print(state, () => walletText(state));
    });
}

interface ImportOptions {
  readonly words?: true;
  readonly wordsFile?: string;
  readonly privateKey?: true;
  readonly privateKeyFile?: string;
  readonly keystore?: string;
  readonly keystorePasswordFile?: string;
  readonly passwordFile?: string;
}

function importCommand(): Command {
  return new Command('import')
    .description('bring in a wallet by its words, its private key or its file')
    .option('--words', 'ask for the words')
    .option('--words-file <file>', 'the words are in this file')
    .option('--private-key', 'ask for the private key')
    .option('--private-key-file <file>', 'the private key is in this file')
    .option('--keystore <file>', 'a wallet file (Web3 Secret Storage, version 3) of any wallet')
    .option('--keystore-password-file <file>', "the wallet file's password is in this file")
    .option(PASSWORD_FILE, `the password for it here: ${PASSWORD_FILE_TEXT}`)
    .action(async (options: ImportOptions, command: Command) => {
      const { client, print } = contextOf(command);
      const from = await readImport(options);
      const password = await readNewSecret('Password for it here', options.passwordFile);
      const box = await sealed(client, 'import', { password, from });
      const state = await client.send('POST', '/v1/wallet/import', walletStateSchema, { box });
      print(state, () => walletText(state));
    });
}

async function readImport(
  options: ImportOptions,
): Promise<z.infer<(typeof SIGNER_SECRETS)['import']>['from']> {
  const { words, wordsFile, privateKey, privateKeyFile, keystore, keystorePasswordFile } = options;
  if (wordsFile !== undefined) return { kind: 'words', words: readSecretFile(wordsFile) };
  if (words === true) return { kind: 'words', words: await readSecret('Words', undefined) };
  if (privateKeyFile !== undefined || privateKey === true) {
    return { kind: 'private-key', privateKey: await readSecret('Private key', privateKeyFile) };
  }
  if (keystore !== undefined) {
    const text = readSecretFile(keystore);
    const keystorePassword = await readSecret("The wallet file's password", keystorePasswordFile);
    return { kind: 'keystore', keystore: text, keystorePassword };
  }
  throw new GataError('invalid-request', 'Say what to import: --words, --private-key or --keystore FILE.');
}

function unlockCommand(): Command {
  return new Command('unlock')
    .description('unlock the wallet until it locks itself')
    .option(PASSWORD_FILE, PASSWORD_FILE_TEXT)
    .action(async ({ passwordFile }: { passwordFile?: string }, command: Command) => {
      const { client, print } = contextOf(command);
      const box = await sealed(client, 'unlock', { password: await readSecret('Password', passwordFile) });
      const state = await client.send('POST', '/v1/wallet/unlock', walletStateSchema, { box });
      print(state, () => walletText(state));
    });
}

function lockCommand(): Command {
  return new Command('lock')
    .description('lock the wallet now')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const state = await client.send('POST', '/v1/wallet/lock', walletStateSchema);
      print(state, () => walletText(state));
    });
}

function changePasswordCommand(): Command {
  return new Command('change-password')
    .description("change the wallet's password; backups keep theirs")
    .option(PASSWORD_FILE, `the old one: ${PASSWORD_FILE_TEXT}`)
    .option('--new-password-file <file>', `the new one: ${PASSWORD_FILE_TEXT}`)
    .action(async (options: { passwordFile?: string; newPasswordFile?: string }, command: Command) => {
      const { client, print } = contextOf(command);
      const password = await readSecret('Password', options.passwordFile);
      const newPassword = await readNewSecret('New password', options.newPasswordFile);
      const box = await sealed(client, 'change-password', { password, newPassword });
      const state = await client.send('POST', '/v1/wallet/change-password', walletStateSchema, { box });
      print(state, () => walletText(state));
    });
}

function exportCommand(): Command {
  return new Command('export')
    .description('write the encrypted wallet file, a backup that any wallet opens with its password')
    .argument('<file>')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const { keystore } = await client.get('/v1/wallet/keystore', exportedWalletSchema);
      try {
        writeFileSync(file, keystore, { mode: 0o600, flag: 'wx', flush: true });
      } catch (cause) {
        throw new GataError('invalid-request', `${file} cannot be made, or is there already.`, { cause });
      }
      print({ file }, () => `The wallet is in ${file}, encrypted with its password.`);
    });
}

function forgetCommand(): Command {
  return new Command('forget')
    .description('lock the wallet and move its file aside')
    .option('--address <address>', "the wallet's address, typed, instead of the password")
    .option(PASSWORD_FILE, PASSWORD_FILE_TEXT)
    .action(async (options: { address?: string; passwordFile?: string }, command: Command) => {
      const { client, print } = contextOf(command);
      const { address, passwordFile } = options;
      const body =
        address === undefined
          ? {
              box: await sealed(client, 'check-password', {
                password: await readSecret('Password', passwordFile),
              }),
            }
          : { address };
      const { keptAs } = await client.send('POST', '/v1/wallet/forget', forgottenWalletSchema, body);
      print({ keptAs }, () =>
        [
          `The wallet is forgotten. Its file is kept in the data folder as ${keptAs}, still encrypted.`,
          'Delete that file yourself if you want it gone for good.',
        ].join('\n'),
      );
    });
}

/** What the agent passes on to the signer without being able to read it. */
async function sealed<Purpose extends SignerPurpose>(
  client: LocalClient,
  purpose: Purpose,
  secret: z.infer<(typeof SIGNER_SECRETS)[Purpose]>,
): Promise<SealedBox> {
  const { boxKey } = await client.send('POST', '/v1/wallet/key', walletKeySchema);
  return sealSignerSecret(purpose, secret, boxKey);
}
