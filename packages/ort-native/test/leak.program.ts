import { type OrtEnvironment, OrtError, openOrtEnvironment, type Session } from '../src/index.ts';
import { identityModel, tensorValue, writeModel } from './onnx-writer.ts';

/** What the program prints: memory of the process after a warm-up and at the end. */
export interface LeakReport {
  readonly cycles: number;
  readonly sessions: number;
  readonly seconds: number;
  readonly warmMebibytes: number;
  readonly endMebibytes: number;
  readonly growthBytesPerCycle: number;
}

/** Everything that was made once by then is made: pools, compiled code, arenas. */
const WARM_UP_SHARE = 0.2;
const CYCLES_PER_SESSION = 100;
const MEBIBYTE = 2 ** 20;

const add = writeModel({
  nodes: [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['c'] }],
  inputs: [tensorValue('a', 'float32', ['n']), tensorValue('b', 'float32', ['n'])],
  outputs: [tensorValue('c', 'float32', ['n'])],
});

async function measure(cycles: number): Promise<LeakReport> {
  using environment = openOrtEnvironment({ logSeverity: 'fatal' });
  const startedAt = performance.now();
  await repeat(environment, Math.ceil(cycles * WARM_UP_SHARE));
  const warm = memoryInUse();
  await repeat(environment, cycles);
  const end = memoryInUse();
  return {
    cycles,
    sessions: Math.ceil(cycles / CYCLES_PER_SESSION),
    seconds: (performance.now() - startedAt) / 1000,
    warmMebibytes: warm / MEBIBYTE,
    endMebibytes: end / MEBIBYTE,
    growthBytesPerCycle: (end - warm) / cycles,
  };
}

async function repeat(environment: OrtEnvironment, cycles: number): Promise<void> {
  for (let done = 0; done < cycles; done += CYCLES_PER_SESSION) {
    using session = await environment.createSession(add, { intraOpThreads: 1 });
    using strings = await environment.createSession(identityModel('string'), { intraOpThreads: 1 });
    await useOnce(environment, session, strings);
    for (let cycle = 0; cycle < CYCLES_PER_SESSION; cycle += 1) await runOnce(environment, session);
  }
}

async function runOnce(environment: OrtEnvironment, session: Session): Promise<void> {
  using a = environment.tensor('float32', new Float32Array(256));
  using outputs = await session.run({ a, b: a });
  if (outputs.tensor('c').bytes().length !== 1024) throw new Error('The model gave something else.');
}

/** What is needed less often: strings, bindings, aborts and errors. */
async function useOnce(environment: OrtEnvironment, session: Session, strings: Session): Promise<void> {
  using x = environment.tensor('string', ['a text that is too long to be kept in place', 'ß']);
  using texts = await strings.run({ x });
  if (texts.tensor('y').strings().length !== 2) throw new Error('The model gave something else.');

  using a = environment.tensor('float32', new Float32Array(256));
  using binding = session.createBinding();
  binding.bindInput('a', a);
  binding.bindInput('b', a);
  binding.bindOutputToHost('c');
  await binding.run({ signal: new AbortController().signal });
  using bound = binding.outputs();
  if (bound.names.length !== 1) throw new Error('The binding gave something else.');

  using wrong = environment.tensor('float32', new Float32Array(3));
  const failed = await session.run({ a, b: wrong }).catch((error: unknown) => error);
  if (!(failed instanceof OrtError)) throw new Error('A wrong shape was accepted.');
  if (session.memoryStatistics().inUseBytes === null || session.metadata.version !== 7)
    throw new Error('No facts.');
}

function memoryInUse(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

console.log(JSON.stringify(await measure(Number(process.argv[2] ?? 1_000_000))));
