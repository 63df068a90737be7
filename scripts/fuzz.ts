import { parseArgs } from 'node:util';
import { admissionTargets } from '../test/fuzz/admission.ts';
import { type CampaignResult, describeCampaign, fuzz } from '../test/fuzz/campaign.ts';
import { FRAME_TARGETS } from '../test/fuzz/frames.ts';

/**
 * Feeds changed inputs to everything that reads strangers' bytes before a sandbox does. `npm run fuzz` takes a minute;
 * `npm run fuzz:long` feeds at least five million.
 */
const PROMISED_SLOWEST_MS = 1000;
const PROMISED_PEAK_BYTES = 256 * 2 ** 20;

const { values: flags } = parseArgs({
  options: {
    /** Seconds for all targets together; none without an end but the inputs'. */
    seconds: { type: 'string', default: '60' },
    /** Inputs for all targets together. */
    inputs: { type: 'string' },
    /** Only targets whose name has this in it. */
    only: { type: 'string', default: '' },
    /** Inputs of each target that are also judged by the blocks of code they run: slow, and takes memory itself. */
    guided: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});

const targets = [...admissionTargets(), ...FRAME_TARGETS].filter(({ name }) => name.includes(flags.only));
const seed = Number(flags.seed);
const inputs = flags.inputs === undefined ? undefined : Number(flags.inputs);
console.log(`seed ${seed}, ${targets.length} targets, Node ${process.versions.node}`);
const results: CampaignResult[] = [];
for (const target of targets) {
  const result = fuzz(target, {
    seed,
    inputs: inputs === undefined ? Number.POSITIVE_INFINITY : Math.ceil(inputs * shareOf(target.name)),
    longestMs:
      inputs === undefined ? (Number(flags.seconds) * 1000) / targets.length : Number.POSITIVE_INFINITY,
    guidedInputs: Number(flags.guided),
  });
  results.push(result);
  console.log(describeCampaign(result));
  for (const crash of result.crashes) console.log(`  ${crash}`);
}

const total = results.reduce((sum, result) => sum + result.inputs, 0);
const crashes = results.reduce((sum, result) => sum + result.crashes.length, 0);
const slowestMs = Math.max(...results.map((result) => result.slowestMs));
const peakBytes = Math.max(...results.map((result) => result.peakRssBytes));
console.log(
  `${total.toLocaleString('en')} inputs, ${crashes} crashes, slowest ${slowestMs.toFixed(1)} ms, peak memory ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
);
const isKept = crashes === 0 && slowestMs <= PROMISED_SLOWEST_MS && peakBytes <= PROMISED_PEAK_BYTES;
console.log(`${isKept ? 'kept' : 'NOT KEPT'}: no crash, none slower than 1 s, no more than 256 MiB`);
process.exitCode = isKept ? 0 : 1;

/** Parts of all inputs: more for the ONNX reader, the largest target, and fewer for what also runs a tokeniser. */
function shareOf(name: string): number {
  return weightOf(name) / targets.reduce((sum, target) => sum + weightOf(target.name), 0);
}

function weightOf(name: string): number {
  if (name === 'ONNX files') return 3;
  return name === 'tokenizer.json' ? 0.5 : 1;
}
