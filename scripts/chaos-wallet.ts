import { parseArgs } from 'node:util';
import { runWalletChaos } from '../test/support/wallet-chaos.ts';

/** `npm run chaos:wallet`: 500 operations of a wallet on a real chain that is as bad as it can be. */
const { values: flags } = parseArgs({
  options: {
    operations: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    /** Without trouble, to compare with. */
    calm: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '30' },
  },
});
const seed = Number(flags.seed);
console.error(`seed ${seed}`);
const report = await runWalletChaos({
  operations: Number(flags.operations),
  seed,
  timeoutMs: Number(flags.minutes) * 60_000,
  isCalm: flags.calm,
  log: (line) => console.error(line),
});
console.log(JSON.stringify(report, undefined, 2));
process.exitCode = report.violations.length === 0 ? 0 : 1;
