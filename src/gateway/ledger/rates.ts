import { z } from 'zod';
import type { TaskKind } from '../../shared/task.ts';
import type { TokenUsage } from '../../shared/task-usage.ts';

/** A million GATA: whatever a job counts, its credit stays far below what the ledger's column holds. */
const HIGHEST_RATE_WEI = 10n ** 24n;

/** Decimal digits, because JSON's numbers lose wei. */
const rateSchema = z
  .string('write the rate as a string of digits, in wei, such as "10000000000000"')
  .regex(/^(0|[1-9]\d*)$/, 'write the rate as digits, in wei, without sign, point or exponent')
  .transform((digits) => BigInt(digits))
  .refine((wei) => wei <= HIGHEST_RATE_WEI, `a rate is at most ${HIGHEST_RATE_WEI} wei`);

const tokenRateSchema = z.strictObject({
  /** Per token that the model read. */
  weiPerTokenRead: rateSchema,
  /** Per token that it generated. */
  weiPerTokenGenerated: rateSchema,
});
const jobRateSchema = z.strictObject({ weiPerJob: rateSchema });

/** What nodes are credited for results, in wei of GATA. The file of `--rates` has this form. */
export const creditRatesSchema = z.strictObject({
  'text.generate': tokenRateSchema,
  embedding: tokenRateSchema.pick({ weiPerTokenRead: true }).strict(),
  'image.classify': jobRateSchema,
  'onnx.run': jobRateSchema,
});
export type CreditRates = z.infer<typeof creditRatesSchema>;

/**
 * Rates of the demo network, whose GATA is worth nothing: a token generated counts ten read, because it takes a run
 * of the model of its own.
 */
export const DEMO_RATES: CreditRates = {
  'text.generate': { weiPerTokenRead: 10n ** 12n, weiPerTokenGenerated: 10n ** 13n },
  embedding: { weiPerTokenRead: 10n ** 12n },
  'image.classify': { weiPerJob: 10n ** 14n },
  'onnx.run': { weiPerJob: 10n ** 14n },
};

/** What a result is worth, in wei. */
export function creditOf(rates: CreditRates, kind: TaskKind, usage: TokenUsage): bigint {
  const read = BigInt(usage.promptTokens);
  switch (kind) {
    case 'text.generate': {
      const { weiPerTokenRead, weiPerTokenGenerated } = rates[kind];
      return read * weiPerTokenRead + BigInt(usage.completionTokens) * weiPerTokenGenerated;
    }
    case 'embedding':
      return read * rates[kind].weiPerTokenRead;
    case 'image.classify':
    case 'onnx.run':
      return rates[kind].weiPerJob;
  }
}
