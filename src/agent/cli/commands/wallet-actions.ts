import { Command } from 'commander';
import { toString as qrText } from 'qrcode';
import { GataError } from '../../../shared/gata-error.ts';
import { type UnsignedTransaction, unsignedTransactionSchema } from '../../../shared/signer-protocol.ts';
import {
  operationsPageSchema,
  operationViewSchema,
  walletActionSchema,
  walletLedgerSchema,
} from '../../../shared/wallet-transactions.ts';
import { ledgerCsvHead, operationCsvLine, receiptCsvLine } from '../../wallet/ledger/ledger-csv.ts';
import { contextOf } from '../command-context.ts';
import { confirmPlan } from '../confirm-plan.ts';
import { operationText } from '../wallet-operation-text.ts';
import { allReceipts } from './receipts.ts';

/** `gata wallet …`: what the wallet does on the chain. */
export function walletActionCommands(): Command[] {
  return [
    act('claim', 'claim what was earned', () => ({ kind: 'claim' })),
    act('claim-and-stake', 'claim what was earned and stake it', () => ({ kind: 'claim-and-stake' })),
    act('stake', 'stake GATA', ([amount]) => ({ kind: 'stake', amount }), '<amount>'),
    act('unstake', 'unstake GATA, or "all"', ([amount]) => ({ kind: 'unstake', amount }), '<amount>'),
    act('withdraw', 'withdraw what was unstaked, when its time is over', () => ({ kind: 'withdraw' })),
    act(
      'restake',
      'stake an entry of the unbonding queue again',
      ([index]) => ({
        kind: 'restake',
        index: Number(index),
      }),
      '<index>',
    ),
    act(
      'delegate',
      'let another address vote with your stake',
      ([to]) => ({ kind: 'delegate', to }),
      '<address>',
    ),
    act(
      'vote',
      'vote for, against or abstain on a proposal',
      ([proposalId, support]) => ({ kind: 'vote', proposalId, support }),
      '<proposal>',
      '<support>',
    ),
    activityCommand(),
    ledgerCommand(),
    cancelCommand(),
    signedCommand(),
  ];
}

interface ActOptions {
  readonly yes?: true;
  readonly signElsewhere?: true;
  readonly relayed?: true;
}

function act(
  name: string,
  description: string,
  actionOf: (values: readonly string[]) => unknown,
  ...names: readonly string[]
): Command {
  const command = new Command(name).description(description);
  for (const each of names) command.argument(each);
  if (name === 'claim' || name === 'claim-and-stake') {
    command.option('--relayed', 'the gateway sends it and pays the fee, if it offers that');
  }
  return command
    .option('--yes', 'do not ask')
    .option('--sign-elsewhere', 'print the transaction to sign it with another wallet')
    .action(async (...given: unknown[]) => {
      const values = given.slice(0, names.length).map(String);
      const { yes = false, signElsewhere = false, relayed = false } = command.opts<ActOptions>();
      const parsed = walletActionSchema.safeParse(actionOf(values));
      if (!parsed.success) {
        throw new GataError('invalid-request', `gata wallet ${name}: ${parsed.error.issues[0]?.message}.`);
      }
      const { client, print } = contextOf(command);
      const operation = await confirmPlan(client, { action: parsed.data, signElsewhere, relayed }, yes);
      print(operation, () => operationText(operation));
    });
}

function activityCommand(): Command {
  return new Command('activity')
    .description('what the wallet did and does; with an id, also what waits to be signed elsewhere')
    .argument('[id]')
    .option('--qr', 'show what waits to be signed as a QR code')
    .action(async (id: string | undefined, options: { qr?: true }, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get('/v1/wallet/operations', operationsPageSchema);
      const shown = page.operations.filter((each) => id === undefined || each.id === id);
      const unsigned = id === undefined ? null : (shown[0]?.unsigned ?? null);
      const code = unsigned !== null && options.qr === true ? await qrText(unsignedText(unsigned)) : '';
      print({ operations: shown }, () => {
        if (unsigned !== null) return `${code}${unsignedText(unsigned)}`;
        return shown.map(operationText).join('\n') || 'The wallet has done nothing yet.';
      });
    });
}

function ledgerCommand(): Command {
  return new Command('ledger')
    .description('where what was earned is, to the wei')
    .option('--csv', 'what jobs earned and what the wallet did, as a table for a spreadsheet')
    .action(async (options: { csv?: true }, command: Command) => {
      const { client, print } = contextOf(command);
      if (options.csv === true) {
        process.stdout.write(ledgerCsvHead());
        for await (const receipt of allReceipts(client)) process.stdout.write(receiptCsvLine(receipt));
        const { operations } = await client.get('/v1/wallet/operations', operationsPageSchema);
        for (const operation of operations.toReversed()) process.stdout.write(operationCsvLine(operation));
        return;
      }
      const ledger = await client.get('/v1/wallet/ledger', walletLedgerSchema);
      print(ledger, () =>
        Object.entries(ledger)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
      );
    });
}

function cancelCommand(): Command {
  return new Command('cancel')
    .description('keep an operation from happening, if that is still possible')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const path = `/v1/wallet/operations/${encodeURIComponent(id)}/cancel`;
      const operation = await client.send('POST', path, operationViewSchema);
      print(operation, () => operationText(operation));
    });
}

function signedCommand(): Command {
  return new Command('signed')
    .description('hand in a transaction that was signed elsewhere')
    .argument('<id>')
    .argument('<raw>', 'the signed transaction, in hexadecimal')
    .action(async (id: string, raw: string, _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const path = `/v1/wallet/operations/${encodeURIComponent(id)}/signed`;
      const operation = await client.send('POST', path, operationViewSchema, { raw });
      print(operation, () => operationText(operation));
    });
}

function unsignedText(unsigned: UnsignedTransaction): string {
  return JSON.stringify({ type: 2, value: '0', ...unsignedTransactionSchema.parse(unsigned) });
}
