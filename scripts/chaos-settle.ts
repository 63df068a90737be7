import { parseArgs } from 'node:util';
import { runSettleChaos } from '../test/support/settle-chaos.ts';

/** `npm run chaos:settle`: a gateway that settles, charges and claims on a real chain is killed at random moments. */
const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const seed = Number(flags.seed);
console.error(`seed ${seed}`);
const report = await runSettleChaos({
  kills: Number(flags.kills),
  seed,
  log: (line) => console.error(line),
});
console.log(JSON.stringify(report, undefined, 2));
process.exitCode = report.violations.length === 0 ? 0 : 1;
