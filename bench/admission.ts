import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { percentile } from '../scripts/start/summary.ts';
import { onnxLimitsOf } from '../src/agent/models/admission/admission-limits.ts';
import { Findings } from '../src/agent/models/admission/findings.ts';
import { OpenFileSource } from '../src/agent/models/admission/onnx/byte-source.ts';
import { inspectOnnx } from '../src/agent/models/admission/onnx/inspect-onnx.ts';
import {
  delimited,
  initialiser,
  integer,
  node,
  operatorSet,
  text,
  value,
  varint,
} from '../test/fuzz/corpus/onnx-writer.ts';
import type { BenchOptions, BenchResult } from './report.ts';

const execute = promisify(execFile);

const MEGA = 1_000_000;
const ROUNDS = 5;
const FLOAT = 1;
const FIELD_GRAPH = 7;
const CHUNK_BYTES = 1024 * 1024;
const LARGE_TENSOR_BYTES = 64 * 1024 * 1024;
const SMALL_TENSOR_BYTES = 16 * 1024;

/**
 * How fast a model of two gigabytes is inspected before it may be loaded: once with weights in large tensors, which
 * are passed over without being read, and once in small ones, between which nearly everything is read. The limit is
 * reading the same file from start to end in pieces of 1 MiB.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const totalBytes = quick ? 200 * MEGA : 2000 * MEGA;
  const folder = mkdtempSync(join(tmpdir(), 'bench-admission-'));
  try {
    const small = join(folder, 'small.onnx');
    const large = join(folder, 'large.onnx');
    writeModel(small, totalBytes, SMALL_TENSOR_BYTES);
    writeModel(large, totalBytes, LARGE_TENSOR_BYTES);
    readWhole(small);
    const reading: Speed[] = [];
    const inspectingSmall: Speed[] = [];
    const inspectingLarge: Speed[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      inspectingSmall.push(measure(() => inspect(small)));
      inspectingLarge.push(measure(() => inspect(large)));
    }
    for (let round = 0; round < ROUNDS; round += 1) reading.push(measure(() => readWhole(small)));
    const wall = (speeds: readonly Speed[]) =>
      percentile(
        speeds.map((speed) => speed.perSecond),
        0.5,
      );
    const processor = (speeds: readonly Speed[]) =>
      percentile(
        speeds.map((speed) => speed.perCpuSecond),
        0.5,
      );
    return {
      samples: ROUNDS,
      figures: {
        modelMegabytes: totalBytes / MEGA,
        megabytesPerSecond: wall(inspectingSmall),
        megabytesPerCpuSecond: processor(inspectingSmall),
        megabytesPerSecondSkipped: wall(inspectingLarge),
        peakMemoryGrowthMegabytes: await memoryGrowth(small),
      },
      peers: {
        'megabytesPerSecond of only reading': wall(reading),
        'megabytesPerCpuSecond of only reading': processor(reading),
      },
      promises: [
        { figure: 'megabytesPerCpuSecond', op: '>=', value: 500 },
        { figure: 'megabytesPerSecond', op: '>=', value: 500 },
        { figure: 'peakMemoryGrowthMegabytes', op: '<=', value: 128 },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Speed {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** Megabytes a second of something that goes through so many bytes. */
function measure(work: () => number): Speed {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const bytes = work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedMs) / 1000;
  return { perSecond: bytes / MEGA / seconds, perCpuSecond: bytes / (user + system) };
}

/** Of a process of its own, so that what this one does besides is not in it. */
async function memoryGrowth(path: string): Promise<number> {
  const program = join(import.meta.dirname, 'admission-memory.ts');
  const { stdout } = await execute(process.execPath, ['--conditions=source', program, path]);
  return (Number(stdout) * 1024) / MEGA;
}

/** Inspects a model that must be found well. */
function inspect(path: string): number {
  using source = new OpenFileSource(path);
  const findings = new Findings();
  const limits = onnxLimitsOf(['onnx.run']);
  inspectOnnx(source, limits, { path: 'onnx/model.onnx', bytesByPath: new Map() }, findings);
  const [reason] = findings.reasons;
  if (reason !== undefined)
    throw new Error(`The synthetic model is refused: ${reason.place}: ${reason.message}`);
  return source.size;
}

function readWhole(path: string): number {
  using source = new OpenFileSource(path);
  const into = new Uint8Array(CHUNK_BYTES);
  for (let offset = 0; offset < source.size; ) offset += source.read(offset, into);
  return source.size;
}

/** A model of so many bytes whose weights are in tensors of a size; their bytes are not zero and really written. */
function writeModel(path: string, totalBytes: number, tensorBytes: number): void {
  const tensors = Math.floor(totalBytes / tensorBytes);
  const elements = Uint8Array.from({ length: tensorBytes }, (_, index) => (index * 7 + 1) % 251);
  // Made again when written: what is measured afterwards is not to stand beside all of them in memory.
  const headOf = (index: number) => tensorHead(`weights_${index}`, tensorBytes);
  const rest = Buffer.concat([
    text(2, 'synthetic'),
    node({ operator: 'Relu', inputs: ['x'], outputs: ['y'] }),
    value(11, 'x'),
    value(12, 'y'),
  ]);
  let graphBytes = rest.length;
  for (let index = 0; index < tensors; index += 1) graphBytes += headOf(index).length + tensorBytes;
  const file = openSync(path, 'w');
  try {
    writeSync(file, Uint8Array.from([...integer(1, 8), ...operatorSet('', 17)]));
    writeSync(file, Uint8Array.from([FIELD_GRAPH * 8 + 2, ...varint(graphBytes)]));
    for (let index = 0; index < tensors; index += 1) {
      writeSync(file, headOf(index));
      writeSync(file, elements);
    }
    writeSync(file, rest);
  } finally {
    closeSync(file);
  }
}

/** An initialiser up to its raw data. */
function tensorHead(name: string, bytes: number): Uint8Array {
  const whole = initialiser(name, [bytes / 4], FLOAT, delimited(9));
  const inside = whole.length - 2 + varint(bytes).length - 1 + bytes;
  const content = whole.subarray(2, whole.length - 1);
  return Buffer.concat([
    Uint8Array.from([5 * 8 + 2, ...varint(inside)]),
    content,
    Uint8Array.from(varint(bytes)),
  ]);
}
