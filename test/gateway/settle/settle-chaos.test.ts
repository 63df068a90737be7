import { expect, it } from 'vitest';
import { runSettleChaos } from '../../support/settle-chaos.ts';

it('a gateway that is killed at any moment settles, charges and claims everything once', {
  timeout: 240_000,
}, async () => {
  const report = await runSettleChaos({ kills: 2, seed: 7 });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ kills: 2 });
  expect(report.epochs).toBeGreaterThan(1);
});
