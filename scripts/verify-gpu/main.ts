import { cpus, release, totalmem } from 'node:os';
import { type Nvml, type NvmlDevice, NvmlUnavailableError, openNvml } from 'node-nvml';
import { env } from 'onnxruntime-node';
import { HELP, parseVerifyArguments, type VerifyArguments } from './arguments.ts';
import { describeNvml } from './nvml-report.ts';
import { type PowerLimitWrite, tryPowerLimit } from './power-limit-write.ts';
import { runTrial } from './provider-trial.ts';
import { redactIds } from './redact-ids.ts';
import { type ProviderReport, runTrialProcess } from './run-trial.ts';

const EXIT_NO_GPU = 1;
const EXIT_USAGE = 2;
const EXIT_STOPPED = 130;
const SCHEMA = 1;

process.exitCode = await main();

async function main(): Promise<number> {
  let flags: VerifyArguments;
  try {
    flags = parseVerifyArguments(process.argv.slice(2));
  } catch (error) {
    progress(`error: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT_USAGE;
  }
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (flags.trial === undefined) return verify(flags);
  await runTrial({ ...flags, provider: flags.trial }, (message) => process.send?.(message));
  process.disconnect?.();
  return 0;
}

async function verify(flags: VerifyArguments): Promise<number> {
  const stop = new AbortController();
  // Handled also while a limit is changed: it is put back first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const opened = open(flags);
  const unavailable = opened instanceof NvmlUnavailableError ? opened : null;
  using nvml = opened instanceof NvmlUnavailableError ? null : opened;
  const devices = nvml?.devices() ?? [];
  if (devices.length === 0 && !flags.allowNoGpu) {
    const why = unavailable?.message ?? 'NVML works, but it shows no card.';
    progress(`error: ${why}\nWith --allow-no-gpu the execution providers are tried all the same.`);
    return EXIT_NO_GPU;
  }
  progress(`${devices.length} cards; reading everything they tell…`);
  const card =
    nvml === null
      ? { available: false, reason: unavailable?.reason, message: unavailable?.message }
      : { available: true, ...describeNvml(nvml) };
  const writes = flags.write ? await tryWrites(devices, stop.signal) : null;
  const providers = await tryProviders(flags, devices, stop.signal);
  if (stop.signal.aborted) return EXIT_STOPPED;
  const document = JSON.stringify({
    schema: SCHEMA,
    at: new Date().toISOString(),
    machine: machine(),
    nvml: card,
    writes,
    providers,
  });
  const shown = flags.withIds
    ? document
    : redactIds(
        document,
        devices.map((device) => device.info()),
      );
  process.stdout.write(`${shown}\n`);
  return 0;
}

function open({ nvmlLibrary }: VerifyArguments): Nvml | NvmlUnavailableError {
  try {
    return openNvml({
      allowNoGpus: true,
      ...(nvmlLibrary === undefined ? {} : { libraryPath: nvmlLibrary }),
    });
  } catch (error) {
    if (error instanceof NvmlUnavailableError) return error;
    throw error;
  }
}

async function tryWrites(devices: readonly NvmlDevice[], signal: AbortSignal): Promise<PowerLimitWrite[]> {
  const writes: PowerLimitWrite[] = [];
  for (const device of devices) {
    if (signal.aborted) break;
    progress(`${device.name()}: setting its power limit, and putting it back…`);
    writes.push(await tryPowerLimit(device, signal));
  }
  return writes;
}

async function tryProviders(flags: VerifyArguments, devices: readonly NvmlDevice[], signal: AbortSignal) {
  const reports: ProviderReport[] = [];
  for (const provider of flags.providers) {
    if (signal.aborted) break;
    progress(`${provider}: ${flags.benchmarks.join(', ')}…`);
    const report = await runTrialProcess(provider, flags, devices, signal);
    progress(`${provider}: ${report.works ? 'works' : 'does not work'}`);
    reports.push(report);
  }
  const onProcessor = reports.find(({ provider }) => provider === 'cpu')?.chat?.text;
  return reports.map((report) => ({
    ...report,
    textIsAsOnCpu:
      report.chat === null || onProcessor === undefined ? null : report.chat.text === onProcessor,
  }));
}

function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${process.platform} ${process.arch} ${release()}`,
    node: process.versions.node,
    onnxruntime: env.versions.node ?? null,
  };
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
