import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creditOf, creditRatesSchema, DEMO_RATES } from '../../../src/gateway/ledger/rates.ts';
import { weiSchema } from '../../../src/shared/wei.ts';

const rate = fc.bigInt({ min: 0n, max: 10n ** 24n });
const rates = fc.record({
  'text.generate': fc.record({ weiPerTokenRead: rate, weiPerTokenGenerated: rate }),
  embedding: fc.record({ weiPerTokenRead: rate }),
  'image.classify': fc.record({ weiPerJob: rate }),
  'onnx.run': fc.record({ weiPerJob: rate }),
});
const usage = fc.record({ promptTokens: fc.nat(), completionTokens: fc.nat() });
const kind = fc.constantFrom('text.generate', 'embedding', 'image.classify', 'onnx.run');

/** Rates as an operator writes them. */
function asFile(table: typeof DEMO_RATES): unknown {
  return JSON.parse(
    JSON.stringify(table, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

describe('the rate table', () => {
  it('credits tokens read and generated, and other work by the job', () => {
    const counted = { promptTokens: 7, completionTokens: 3 };
    expect(creditOf(DEMO_RATES, 'text.generate', counted)).toBe(37_000_000_000_000n);
    expect(creditOf(DEMO_RATES, 'embedding', counted)).toBe(7_000_000_000_000n);
    expect(creditOf(DEMO_RATES, 'image.classify', counted)).toBe(100_000_000_000_000n);
    expect(creditOf(DEMO_RATES, 'onnx.run', counted)).toBe(100_000_000_000_000n);
  });

  it('is exact for every amount, which the protocol and the ledger can carry', () => {
    fc.assert(
      fc.property(rates, kind, usage, usage, (table, task, a, b) => {
        const both = {
          promptTokens: a.promptTokens + b.promptTokens,
          completionTokens: a.completionTokens + b.completionTokens,
        };
        const credit = creditOf(table, task, a);
        expect(weiSchema.safeParse(String(credit)).success).toBe(true);
        if (task === 'text.generate' || task === 'embedding') {
          // No rounding: two jobs earn what one of both sizes does.
          expect(credit + creditOf(table, task, b)).toBe(creditOf(table, task, both));
        }
      }),
    );
  });

  it('reads back what it was written as', () => {
    fc.assert(
      fc.property(rates, (table) => {
        expect(creditRatesSchema.parse(asFile(table))).toEqual(table);
      }),
    );
  });
});
