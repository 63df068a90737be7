import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { parseJson } from './text-encoding.ts';

/** It lists every file of the game. */
const TEXT_BYTES_LIMIT = 16 * 1024 * 1024;

const receiptSchema = z.object({
  game: z.object({
    id: z.number().int(),
    title: z.string().max(10_000).catch(''),
    classification: z.string().max(100).catch('game'),
  }),
});
export type ItchReceipt = z.infer<typeof receiptSchema>['game'];

/**
 * Reads `.itch/receipt.json.gz`, which itch's installer (butler, package `bfs`) leaves in each folder it installs to.
 * @throws Error
 */
export function parseItchReceipt(bytes: Buffer): ItchReceipt {
  return receiptSchema.parse(parseJson(gunzipSync(bytes, { maxOutputLength: TEXT_BYTES_LIMIT }))).game;
}
