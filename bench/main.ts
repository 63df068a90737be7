import { parseArgs } from 'node:util';
import { type BenchOptions, type BenchReport, type BenchResult, describeReport, toReport } from './report.ts';

interface Bench {
  readonly about: string;
  readonly load: () => Promise<{ run: (options: BenchOptions) => Promise<BenchResult> }>;
}
/** Every benchmark by name; each file runs by itself and leaves nothing behind. */
const benches: Record<string, Bench> = {
  admission: {
    about: 'inspecting a model of two gigabytes before it may be loaded, against only reading it',
    load: () => import('./admission.ts'),
  },
  pause: {
    about: 'from a game to the worker being gone, its memory free, and back, by each signal',
    load: () => import('./pause.ts'),
  },
  detect: {
    about: 'processor time of watching for games on a machine where programs come and go',
    load: () => import('./detect.ts'),
  },
  overhead: {
    about: 'tokens/s and latency through the whole loop against a bare process',
    load: () => import('./overhead.ts'),
  },
  governor: {
    about: 'how fast, how well and at what cost in throughput a card is held at its target',
    load: () => import('./governor.ts'),
  },
  idle: { about: 'processor and memory of an agent without jobs', load: () => import('./idle.ts') },
  nvml: {
    about: 'processor time of one sample of a card against bare C calls',
    load: () => import('./nvml.ts'),
  },
  settle: {
    about: 'time and memory of the tree and all proofs of a million accounts',
    load: () => import('./settle.ts'),
  },
  unlock: {
    about: 'time from a locked wallet to one that signs, on an idle and on a busy machine',
    load: () => import('./unlock.ts'),
  },
  runtime: {
    about:
      'a call of ort-native against onnxruntime-node, how soon a run is aborted, and the event loop meanwhile',
    load: () => import('./runtime.ts'),
  },
  pacing: {
    about: 'tokens/s at full speed with and without the pacer, and how well a duty cycle is kept',
    load: () => import('./pacing.ts'),
  },
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    // Fewer samples where a bench takes minutes: to see that it works, not for figures.
    quick: { type: 'boolean', default: false },
  },
});

if (flags.list) {
  for (const [name, { about }] of Object.entries(benches)) console.log(`${name.padEnd(12)} ${about}`);
} else {
  process.exitCode = await runBenches(positionals.length > 0 ? positionals : Object.keys(benches));
}

async function runBenches(names: readonly string[]): Promise<number> {
  const reports: BenchReport[] = [];
  for (const name of names) {
    const bench = benches[name];
    if (bench === undefined) {
      console.error(`error: there is no benchmark "${name}". npm run bench -- --list names them.`);
      return 2;
    }
    const { run } = await bench.load();
    const report = toReport(name, await run({ quick: flags.quick }));
    reports.push(report);
    console.log(flags.json ? JSON.stringify(report) : describeReport(report));
  }
  const kept = reports.every((report) => report.promises.every((promise) => promise.met));
  return flags.check && !kept ? 1 : 0;
}
