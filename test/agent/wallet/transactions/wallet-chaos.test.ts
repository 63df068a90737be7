import { expect, test } from 'vitest';
import { runWalletChaos } from '../../../support/wallet-chaos.ts';

// The longer one is `npm run chaos:wallet`.
test('neither loses nor repeats an operation, whatever is killed, lies or is undone', {
  timeout: 240_000,
}, async () => {
  const report = await runWalletChaos({ operations: 16, seed: 6, timeoutMs: 180_000 });
  console.log(JSON.stringify({ ...report, failures: report.failures.length }));
  expect(report.violations).toEqual([]);
  expect(report.operations).toBe(16);
  expect(report.outcomes.done).toBeGreaterThan(0);
});
