import { Command } from 'commander';
import { formatGata } from '../../../shared/format-gata.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { comparedSchema, receiptsPageSchema, trustedKeySchema } from '../../../shared/receipt-page.ts';
import { contextOf } from '../command-context.ts';
import type { LocalClient } from '../local-client.ts';

/** In the order of the columns. */
const COLUMNS = [
  ...([
    'creditedAtMs',
    'jobId',
    'attempt',
    'kind',
    'modelDigest',
    'promptTokens',
    'completionTokens',
  ] as const),
  ...(['startedAtMs', 'finishedAtMs', 'creditWei', 'resultSha256', 'nodeId', 'gateway'] as const),
  ...(['nodeSignature', 'gatewaySignature'] as const),
] satisfies readonly (keyof Receipt)[];
const TIMES: readonly string[] = ['creditedAtMs', 'startedAtMs', 'finishedAtMs'];

interface ReceiptsOptions {
  readonly csv?: true;
  readonly trustKey?: true;
  readonly compare?: true;
}

export function receiptsCommand(): Command {
  return new Command('receipts')
    .description('what this node and the gateway signed for each job; --json prints all of them')
    .option('--csv', 'all of them as a table for a spreadsheet')
    .option('--compare', "compare them with the gateway's statements now")
    .option('--trust-key', 'expect the key that the gateway signs with now')
    .action(async (options: ReceiptsOptions, command: Command) => {
      const { client, isJson, print } = contextOf(command);
      if (options.compare === true) {
        await client.send('POST', '/v1/wallet/receipts/compare', comparedSchema);
      }
      if (options.trustKey === true) {
        const key = await client.send('POST', '/v1/wallet/receipts/trust-key', trustedKeySchema);
        print(key, () => `The gateway's receipts are expected to be signed by ${key.address}.`);
      } else if (options.csv === true) {
        process.stdout.write(`${COLUMNS.join(',')}\n`);
        for await (const receipt of allReceipts(client)) process.stdout.write(`${csvLine(receipt)}\n`);
      } else if (isJson) {
        await printJson(client);
      } else {
        process.stdout.write(`${await summary(client)}\n`);
      }
    });
}

/** Some at a time: there may be a million. */
export async function* allReceipts(client: LocalClient): AsyncGenerator<Receipt, void> {
  let route = '/v1/wallet/receipts';
  for (;;) {
    const page = await client.get(route, receiptsPageSchema);
    yield* page.receipts;
    if (page.next === null) return;
    route = `/v1/wallet/receipts?after=${page.next}`;
  }
}

async function printJson(client: LocalClient): Promise<void> {
  let before = '{"receipts":[';
  for await (const receipt of allReceipts(client)) {
    process.stdout.write(before + JSON.stringify(receipt));
    before = ',';
  }
  process.stdout.write(`${before === ',' ? '' : before}]}\n`);
}

async function summary(client: LocalClient): Promise<string> {
  const { total, totalWei, statements } = await client.get('/v1/wallet/receipts?limit=0', receiptsPageSchema);
  const counted = `${total} receipts, signed by both sides, for ${formatGata(totalWei, 'en')} GATA.`;
  if (statements === null) return `${counted}\nNot compared with the gateway's statements yet.`;
  const { comparedAt, difference } = statements;
  const said = difference ?? "The gateway's statements are the same to the wei.";
  return `${counted}\n${said} (${comparedAt})`;
}

function csvLine(receipt: Receipt): string {
  return COLUMNS.map((column) => {
    const value = receipt[column];
    const text = TIMES.includes(column) ? new Date(Number(value)).toISOString() : String(value);
    // A gateway's name is its own to choose: quoted, and no formula for a spreadsheet.
    return /^[\w.:-]*$/.test(text) ? text : `"${text.replaceAll('"', '""').replace(/^[=+@-]/, "'$&")}"`;
  }).join(',');
}
